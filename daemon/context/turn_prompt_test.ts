/** What a turn is told beside its messages, from the file of a project to the request to the model. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { z } from "zod";
import { RuleBook } from "../permission/rule_book.ts";
import { harness, turnOf } from "../session/testing/harness.ts";
import { readerHost } from "../tools/files/files_host.ts";
import type { HostOptions } from "../tools/host/host_process.ts";
import { defineTool } from "../tools/tool.ts";
import { ToolBox } from "../tools/tool_box.ts";

const look = defineTool({
  name: "look",
  description: "looks",
  effect: "read",
  args: z.object({}),
  preview: () => ({ subject: "" }),
  run: () => Promise.resolve({ ok: true, result: "seen" }),
});

function reader(folder: string): HostOptions {
  const { HOME = "", DENO_DIR } = Deno.env.toObject();
  return readerHost({
    workspace: { cwd: folder, roots: [folder] },
    sessionId: "s1",
    optaHome: join(folder, "opta"),
    stateDir: join(folder, "opta", "daemon"),
    home: null,
    env: { HOME, ...(DENO_DIR && { DENO_DIR }) },
  });
}

Deno.test("a turn with tools is told where it is, the project's instructions, and what came with its session", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "opta-project-" }));
  await Deno.writeTextFile(join(folder, "AGENTS.md"), "Use tabs.");
  const plan = () => reader(folder);
  {
    await using tools = new ToolBox({
      tools: () => [look],
      rules: new RuleBook(folder, () => {}),
      projects: { home: null, optaHome: "/nowhere", isTrusted: () => Promise.resolve(false) },
      plans: () => ({ reader: plan, searcher: plan, writer: plan, runner: plan, web: plan }),
      emit() {},
      workspaceOf: () => Promise.resolve(null),
      cleanUp: () => Promise.resolve(),
      forget: () => Promise.resolve(),
    });
    await using h = harness(undefined, undefined, tools);
    const messages = [{ role: "system" as const, content: "Speak plainly." }];
    const session = await h.create({ messages, workspace: { cwd: folder, dirs: [] } });
    await session.submit(turnOf("Hello", "alice", { mode: "plan" }));
    const answer = await h.models.next();
    const [system, ...others] = answer.request.messages;
    assertEquals(others, [{ role: "user", content: "Hello" }]);
    for (const fact of [folder, "AGENTS.md", "Use tabs.", "You are to plan", "Speak plainly."]) {
      assertStringIncludes(system?.content ?? "", fact);
    }
    answer.finish();
    await h.until(session.state.sessionId, ({ event }) => event === "turn.done");
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("a turn without tools is told nothing that its session did not bring", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const answer = await h.models.next();
  assertEquals(answer.request.messages, [{ role: "user", content: "Hello" }]);
  answer.finish();
});
