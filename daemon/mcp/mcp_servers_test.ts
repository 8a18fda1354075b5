import { MCP_FILE, type McpServerConfig } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { RuleBook } from "../permission/rule_book.ts";
import { harness, turnOf } from "../session/testing/harness.ts";
import { ToolBox } from "../tools/tool_box.ts";
import { McpServers } from "./mcp_servers.ts";
import { programConfig, testEnv } from "./testing/test_env.ts";

const { signal } = new AbortController();

interface Bench extends AsyncDisposable {
  stateDir: string;
  servers: McpServers;
  reports: string[];
  configure(servers: Record<string, McpServerConfig>): Promise<void>;
}

async function bench(waitMs = 60_000): Promise<Bench> {
  const stateDir = await Deno.makeTempDir({ prefix: "opta-mcp-" });
  const reports: string[] = [];
  const report = (_level: string, message: string) => reports.push(message);
  const servers = new McpServers({ stateDir, env: testEnv(), report, waitMs });
  return {
    stateDir,
    servers,
    reports,
    configure: (servers) => Deno.writeTextFile(join(stateDir, MCP_FILE), JSON.stringify({ servers })),
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]();
      await Deno.remove(stateDir, { recursive: true });
    },
  };
}

async function names({ servers }: Bench): Promise<string[]> {
  return (await servers.offer(signal)).tools.map(({ name }) => name);
}

Deno.test("the tools are those of the servers that the file names now", async () => {
  await using b = await bench();
  assertEquals(await names(b), []);
  await b.configure({ one: programConfig() });
  assert((await names(b)).includes("mcp__one__start_child"));
  await b.configure({ two: programConfig(), three: programConfig({ A: "b" }) });
  const both = await names(b);
  assertEquals(both.length, 18);
  assert(both.every((name) => /^mcp__(?:two|three)__/.test(name)));
  await Deno.remove(join(b.stateDir, MCP_FILE));
  assertEquals(await names(b), []);
  assertEquals(b.reports, []);
});

Deno.test("one server that fails is told of once, and the others are there", async () => {
  await using b = await bench();
  await b.configure({ broken: { command: "sh", args: ["-c", "exit 1"], env: {} }, works: programConfig() });
  const { tools, notices } = await b.servers.offer(signal);
  assertEquals(tools.length, 9);
  assertStringIncludes(notices.join(), 'opta mcp test broken"');
  assertEquals((await b.servers.offer(signal)).notices, []);
  assertEquals(b.reports, ["An MCP server cannot be used"]);
});

Deno.test("a turn does not wait for a server that takes long, and a cancelled one for none", async () => {
  const silent: McpServerConfig = { command: "cat", args: ["/dev/stdin"], env: {} };
  await using b = await bench(0);
  await b.configure({ silent });
  const { tools, notices } = await b.servers.offer(signal);
  assertEquals(tools, []);
  assertStringIncludes(notices.join(), "silent is still starting");
  await using patient = await bench();
  await patient.configure({ silent });
  assertEquals((await patient.servers.offer(AbortSignal.abort())).tools, []);
});

Deno.test("a file that cannot be read means no servers, and is reported once", async () => {
  await using b = await bench();
  for (const text of ["{", '{"servers":{"Bad Name":{"command":"x"}}}', '{"servers":{"a":{"command":"x","url":"y"}}}']) {
    await Deno.writeTextFile(join(b.stateDir, MCP_FILE), text);
    assertEquals(await names(b), []);
    assertEquals(await names(b), []);
  }
  assertEquals(b.reports.length, 3);
});

Deno.test("a turn calls a tool of a server after a person has allowed it, and tells what is missing", async () => {
  await using b = await bench();
  await b.configure({ test: programConfig(), broken: { command: "sh", args: ["-c", "exit 1"], env: {} } });
  const plans = () => {
    throw new TypeError("no other host is needed");
  };
  await using tools = new ToolBox({
    tools: () => [],
    rules: new RuleBook(b.stateDir, () => {}),
    mcp: b.servers,
    projects: { home: null, optaHome: "/nowhere", isTrusted: () => Promise.resolve(false) },
    plans: () => ({ reader: plans, searcher: plans, writer: plans, runner: plans, web: plans }),
    emit() {},
    workspaceOf: () => Promise.resolve(null),
    cleanUp: () => Promise.resolve(),
    forget: () => Promise.resolve(),
  });
  await using h = harness(undefined, undefined, tools);
  const session = await h.create();
  await session.submit(turnOf("Say it"));
  const first = await h.models.next();
  assertStringIncludes(first.request.messages[0]?.content ?? "", "no folder");
  assert(first.request.tools?.some(({ name }) => name === "mcp__test__echo"));
  const argumentsDelta = JSON.stringify({ text: "Grüße" });
  first.say({ type: "tool_call", index: 0, id: "c1", name: "mcp__test__echo", argumentsDelta });
  first.finish("tool_calls");
  await h.until(session.state.sessionId, ({ event }) => event === "permission.request");
  const [request] = Object.values(session.state.permissions);
  assertEquals([request?.toolName, request?.rule], ["mcp__test__echo", "mcp__test__echo"]);
  await session.resolve({ requestId: request!.requestId, decision: "allow", decidedBy: "bob", scope: "session" });
  const missing = (await h.events(session.state.sessionId)).find(({ event }) => event === "turn.progress");
  assert(missing?.event === "turn.progress" && missing.payload.phase === "tools");
  assertStringIncludes(missing.payload.message, "broken");
  const second = await h.models.next();
  assertEquals(second.request.messages.at(-1)?.content, "Grüße");
  second.finish();
  await h.until(session.state.sessionId, ({ event }) => event === "turn.done");
});
