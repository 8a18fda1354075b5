import { assert, assertEquals } from "@std/assert";
import { decide } from "../permission/decide.ts";
import { grantFor } from "../permission/grant.ts";
import { specOf } from "../tools/tool.ts";
import { isOffered } from "../tools/turn_tools.ts";
import { mcpTools, toolNames, type ToolServer } from "./mcp_tools.ts";

const server: ToolServer = {
  name: "github",
  call: (tool, args) => Promise.resolve({ ok: true, result: `${tool} ${JSON.stringify(args)}`, truncated: false }),
};

const parameters = { type: "object", properties: { path: { type: "string" } }, required: ["path"] };
const [tool] = mcpTools(server, [{ name: "get.file", description: "Reads a file.", parameters }]);
assert(tool);

Deno.test("toolNames() makes names that model servers take, none of them twice", () => {
  const long = "very_long_name_".repeat(8);
  const names = toolNames("github", ["list", "get.file", "get/file", long, `${long}2`]);
  assertEquals(names.slice(0, 2), ["mcp__github__list", "mcp__github__get_file"]);
  assertEquals(new Set(names).size, 5);
  for (const name of names) assert(/^[A-Za-z0-9_-]{1,64}$/.test(name), name);
  assertEquals(toolNames("github", ["list", "get.file", "get/file"]), names.slice(0, 3), "always the same");
});

Deno.test("the model is told of a tool in the words of its server", () => {
  assertEquals(specOf(tool), { name: "mcp__github__get_file", description: "Reads a file.", parameters });
});

Deno.test("a tool of an MCP server is for the modes that may change something, with or without folders", () => {
  assertEquals(["chat", "do", "plan", "review", "research"].map((mode) => isOffered(tool, mode as "chat", false)), [
    true,
    true,
    false,
    false,
    false,
  ]);
});

Deno.test("a tool of an MCP server is asked for, also with --auto, and chosen by its name", () => {
  const target = { tool: tool.name, subject: '{"path":"a"}', isCommand: false };
  const question = {
    ...target,
    effect: tool.effect,
    isDestructive: false,
    overrides: { auto: true },
    rules: [],
    projectRules: [],
    grants: [],
  };
  assertEquals(decide(question), { kind: "ask", reason: "mcp__github__get_file uses an MCP server" });
  const grant = grantFor(target, tool.effect);
  assertEquals(grant, { tool: tool.name, pattern: null, decision: "allow" });
  assertEquals(decide({ ...question, grants: [grant] }), { kind: "allow" });
  const family = { tool: "mcp__github__*", pattern: null, decision: "allow" as const };
  assertEquals(decide({ ...question, rules: [family] }), { kind: "allow" });
});
