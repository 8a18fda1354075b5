import type { Permission, TurnOverrides } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseRule } from "../permission/rule.ts";
import { talkTools } from "../tools/talk/talk_tools.ts";
import { isOffered, noTools, type ToolSource } from "../tools/turn_tools.ts";
import type { Session } from "./session.ts";
import { type Harness, harness, PERMISSION_LIMIT_MS, turnOf } from "./testing/harness.ts";

/** Sessions without folders, in which there is nothing to do but talk; a rule allows what it can. */
const talking: ToolSource = {
  ...noTools,
  open: async (request) => ({
    ...await noTools.open(request),
    offered: new Map(talkTools.filter((tool) => isOffered(tool, request.mode, false)).map((tool) => [tool.name, tool])),
    rules: () => Promise.resolve({ rules: [parseRule("ask_user", "allow")!], projectRules: [], always: [] }),
  }),
};

/** A session whose model asks for a colour. */
async function asking(h: Harness, overrides: TurnOverrides = {}): Promise<Session> {
  const session = await h.create();
  await session.submit(turnOf("Paint it", "alice", { mode: "plan", overrides }));
  const answer = await h.models.next();
  const args = JSON.stringify({ question: "Which colour?", options: ["red", "green"] });
  answer.say({ type: "tool_call", index: 0, id: "call_0", name: "ask_user", argumentsDelta: args });
  answer.finish("tool_calls");
  return session;
}

async function requested(h: Harness, session: Session): Promise<Permission> {
  await h.until(session.state.sessionId, ({ event }) => event === "permission.request");
  return Object.values(session.state.permissions)[0]!;
}

/** What the model is told; then the turn is let go to its end. */
async function told(h: Harness, session: Session): Promise<unknown> {
  const answer = await h.models.next();
  answer.text("Done.");
  answer.finish();
  await h.until(session.state.sessionId, ({ event }) => event === "turn.done");
  return answer.request.messages.at(-1);
}

Deno.test("a question waits for a person, whatever is approved beforehand, and the answer is the result", async () => {
  await using h = harness(undefined, undefined, talking);
  const session = await asking(h, { dangerous: true, auto: true });
  const { requestId, toolName, args, needsAnswer, rule } = await requested(h, session);
  assertEquals([toolName, needsAnswer, rule], ["ask_user", true, undefined]);
  assertEquals(args, { question: "Which colour?", options: ["red", "green"] });
  await session.resolve({ requestId, decision: "allow", decidedBy: "bob", answer: "blue" });
  assertEquals(await told(h, session), { role: "tool", toolCallId: "call_0", content: "blue", ok: true });
  assertEquals(session.state.permissions[requestId]?.resolved?.answer, "blue");
});

Deno.test("an approval of a client that cannot send words is no answer, and the model is told so", async () => {
  await using h = harness(undefined, undefined, talking);
  const session = await asking(h);
  const { requestId } = await requested(h, session);
  await session.resolve({ requestId, decision: "allow", decidedBy: "bob", scope: "always" });
  assertStringIncludes(JSON.stringify(await told(h, session)), "wrote no answer");
});

Deno.test("who does not want to answer says so, and what was written with it is not kept", async () => {
  await using h = harness(undefined, undefined, talking);
  const session = await asking(h);
  const { requestId } = await requested(h, session);
  await session.resolve({ requestId, decision: "deny", decidedBy: "bob", answer: "blue" });
  const content = "bob does not want to answer.";
  assertEquals(await told(h, session), { role: "tool", toolCallId: "call_0", content, ok: false });
  assert(!("answer" in session.state.permissions[requestId]!.resolved!));
});

Deno.test("a question that nobody answers in time comes back without an answer", async () => {
  await using h = harness(undefined, undefined, talking);
  const session = await asking(h);
  await requested(h, session);
  await h.clock.waitsFor(PERMISSION_LIMIT_MS);
  h.clock.pass(PERMISSION_LIMIT_MS);
  assertStringIncludes(JSON.stringify(await told(h, session)), "Nobody answered in time.");
});

Deno.test("where nobody is there, a question is not asked, and the model is told so", async () => {
  await using h = harness(undefined, undefined, talking);
  const session = await asking(h, { unattended: true, dangerous: true });
  assertStringIncludes(JSON.stringify(await told(h, session)), "Nobody is there to answer.");
  assertEquals(session.state.permissions, {});
});
