import type { OptaEvent, Permission, UnknownEvent } from "@opta/protocol";
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { ModelPart } from "../model/model.ts";
import { MemoryStore } from "../store/memory_store.ts";
import { StorageError } from "../store/store.ts";
import type { Session } from "./session.ts";
import { type Harness, harness, outcomes, PERMISSION_LIMIT_MS, SECRET, turnOf } from "./testing/harness.ts";
import { ScriptedTools } from "./testing/scripted_tools.ts";

function calls(...names: string[]): ModelPart[] {
  return names.map((name, index) => {
    const [tool = "", what = ""] = name.split(" ");
    return { type: "tool_call", index, id: `call_${index}`, name: tool, argumentsDelta: JSON.stringify({ what }) };
  });
}

function isEnd({ event }: OptaEvent | UnknownEvent): boolean {
  return event === "turn.done" || event === "turn.error";
}

/** Sessions with tools, and what has become of these. */
function withTools(): Harness & { tools: ScriptedTools } {
  const tools = new ScriptedTools();
  return Object.assign(harness(undefined, undefined, tools), { tools });
}

/** A session whose model calls these tools in its first answer. */
async function calling(h: Harness, names: string[], more: Parameters<typeof turnOf>[2] = {}): Promise<Session> {
  const session = await h.create();
  await session.submit(turnOf("Do it", "alice", more));
  await callNext(h, ...names);
  return session;
}

/** The model's next answer calls these tools. */
async function callNext(h: Harness, ...names: string[]): Promise<void> {
  const answer = await h.models.next();
  answer.say(...calls(...names));
  answer.finish("tool_calls");
}

/** The request to do this to that, once it is there. */
async function requested(h: Harness, session: Session, what: string): Promise<Permission> {
  await h.until(
    session.state.sessionId,
    (event) => event.event === "permission.request" && event.payload.args["what"] === what,
  );
  return Object.values(session.state.permissions).find(({ args, resolved }) => args["what"] === what && !resolved)!;
}

/** What the model is told of its calls; then the turn is let go to its end. */
async function told(h: Harness, session: Session): Promise<string[]> {
  const answer = await h.models.next();
  const asked = answer.request.messages.findLastIndex(({ role }) => role === "assistant");
  answer.text("Done.");
  answer.finish();
  const ended = session.state.turns.length + 1;
  let ends = 0;
  await h.until(session.state.sessionId, (event) => isEnd(event) && ++ends === ended);
  return answer.request.messages.slice(asked + 1).map(({ content }) => content);
}

function resolve(
  session: Session,
  { requestId }: Permission,
  decision: "allow" | "deny",
  scope?: "session" | "always",
) {
  return session.resolve({ requestId, decision, decidedBy: "bob", scope });
}

Deno.test("calls that read run side by side, others alone, with the results in the order of the calls", async () => {
  await using h = withTools();
  const hold = Promise.withResolvers<void>();
  h.tools.gate = hold.promise;
  const session = await calling(h, ["read a", "read b", "edit c", "read d"], { overrides: { auto: true } });
  await h.tools.began(2);
  assertEquals(h.tools.ran, ["read a", "read b"]);
  hold.resolve();
  assertEquals(await told(h, session), ["a is done", "b is done", "c is done", "d is done"]);
  assertEquals(h.tools.ran, ["read a", "read b", "edit c", "read d"]);
});

Deno.test("an edit is asked for with its diff, and runs once it is allowed", async () => {
  await using h = withTools();
  const session = await calling(h, ["edit a"]);
  const request = await requested(h, session, "a");
  assertEquals([request.toolName, request.args, request.diff, request.rule], ["edit", { what: "a" }, "+a", "edit"]);
  assertEquals(h.tools.ran, []);
  await resolve(session, request, "allow");
  assertEquals(await told(h, session), ["a is done"]);
  const names = (await h.events(session.state.sessionId)).map(({ event }) => event);
  assertEquals(names.filter((name) => /^(permission|tool)/.test(name)), [
    "permission.request",
    "permission.resolved",
    "tool.start",
    "tool.end",
  ]);
});

Deno.test("sixteen decide at once: one wins, the tool runs once, the losers are told who won [P1, P4]", async () => {
  await using h = withTools();
  const session = await calling(h, ["run a"]);
  const { requestId } = await requested(h, session, "a");
  const answers = await Promise.allSettled(
    Array.from({ length: 16 }, (_, i) => session.resolve({ requestId, decision: "allow", decidedBy: `writer ${i}` })),
  );
  const won = answers.flatMap((answer) => answer.status === "fulfilled" ? [answer.value.decidedBy] : []);
  assertEquals(won, ["writer 0"]);
  const lost = answers.flatMap((answer) => answer.status === "rejected" ? [answer.reason.details.decidedBy] : []);
  assertEquals(lost, Array(15).fill("writer 0"));
  await told(h, session);
  assertEquals(h.tools.ran, ["run a"]);
});

Deno.test("what is denied does not run, and the model is told by whom", async () => {
  await using h = withTools();
  const session = await calling(h, ["run a"]);
  await resolve(session, await requested(h, session, "a"), "deny");
  assertEquals(await told(h, session), ["bob does not allow this. Do not try it in another way."]);
  assertEquals(h.tools.ran, []);
  const [part] = session.state.turns[0]!.parts;
  assert(part?.kind === "tool" && part.end?.denied);
});

Deno.test("where nobody is there, what would be asked for is denied with the flag that allows it", async () => {
  await using h = withTools();
  const session = await calling(h, ["edit a", "run b"], { overrides: { unattended: true } });
  const [edit = "", run = ""] = await told(h, session);
  assertStringIncludes(edit, "--auto allows edits");
  assertStringIncludes(run, "--dangerous allows everything");
  assertEquals([h.tools.ran, session.state.permissions], [[], {}]);
});

Deno.test("a cancel ends the waiting request, and the tool never runs [C1, C2]", async () => {
  await using h = withTools();
  const session = await calling(h, ["run a"]);
  const request = await requested(h, session, "a");
  await session.cancel({});
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Do it: cancelled"]);
  assertEquals(session.state.permissions[request.requestId]?.resolved?.reason, "cancelled");
  await assertRejects(() => resolve(session, request, "allow"), Error, "Already decided by daemon");
  assertEquals(h.tools.ran, []);
});

Deno.test("a cancel while a tool runs stops it, and what comes after it does not begin [C2]", async () => {
  await using h = withTools();
  h.tools.gate = new Promise(() => {});
  const session = await calling(h, ["edit a", "edit b"], { overrides: { auto: true } });
  await h.tools.began(1);
  await session.cancel({});
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Do it: cancelled"]);
  assertEquals([h.tools.ran, h.models.requests], [["edit a"], 1]);
});

Deno.test("a bug in one call stops those that run beside it, and nothing of the turn is left when it has ended", async () => {
  await using h = withTools();
  h.tools.gate = new Promise(() => {});
  h.tools.broken = "read c";
  h.tools.rule("read: b", "ask");
  const session = await calling(h, ["read a", "read b", "read c"]);
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Do it: internal"]);
  assertEquals(h.tools.stopped, ["read a"]);
  const [request] = Object.values(session.state.permissions);
  assertEquals(request?.resolved?.reason, "cancelled");
  const names = (await h.events(session.state.sessionId)).map(({ event }) => event);
  assertEquals(names.at(-1), "turn.error");
});

Deno.test("a disk that is full while a tool runs stops it, and the turn ends when there is room again", async () => {
  let isFull = false;
  const store = new MemoryStore({
    beforeCommit: () => {
      if (isFull) throw new StorageError("no space left on the device", "full");
    },
  });
  const tools = new ScriptedTools();
  tools.gate = new Promise(() => {});
  await using h = harness(store, undefined, tools);
  const session = await calling(h, ["edit a"], { overrides: { auto: true } });
  await tools.began(1);
  isFull = true;
  await assertRejects(() => session.update({ title: "Full" }), StorageError);
  assertEquals(tools.stopped, ["edit a"]);
  isFull = false;
  const { sessionId } = session.state;
  await h.until(sessionId, isEnd);
  assertEquals(outcomes((await h.sessions.get(sessionId)).state), ["Do it: storage-full"]);
});

Deno.test("a secret of the daemon that a tool comes upon is neither shown nor kept nor sent to the model [security 11]", async () => {
  await using h = withTools();
  h.tools.key = SECRET;
  const session = await calling(h, ["read key", "edit key"]);
  const request = await requested(h, session, "key");
  assertEquals(request.diff, "+[redacted]");
  await resolve(session, request, "allow");
  assertEquals(await told(h, session), ["[redacted] is done", "[redacted] is done"]);
  assert(!JSON.stringify(await h.events(session.state.sessionId)).includes(SECRET));
});

Deno.test("a request that nobody answers in time is a denial, and says so", async () => {
  await using h = withTools();
  const session = await calling(h, ["run a"]);
  const request = await requested(h, session, "a");
  await h.clock.waitsFor(PERMISSION_LIMIT_MS);
  h.clock.pass(PERMISSION_LIMIT_MS);
  assertEquals(await told(h, session), ["Nobody approved this in time, so it was not done."]);
  assertEquals(session.state.permissions[request.requestId]?.resolved?.reason, "timeout");
});

Deno.test("automatic approval belongs to the turn that carries it, not to another writer's [P5]", async () => {
  await using h = withTools();
  const session = await calling(h, ["edit a"], { overrides: { auto: true } });
  await told(h, session);
  assertEquals(h.tools.ran, ["edit a"]);
  await session.submit(turnOf("And I", "carol"));
  await callNext(h, "edit b");
  await resolve(session, await requested(h, session, "b"), "deny");
  await told(h, session);
  assertEquals(h.tools.ran, ["edit a"]);
});

Deno.test("a scope covers what was chosen, in this session; `always` is remembered [P5]", async () => {
  await using h = withTools();
  const session = await calling(h, ["run a"]);
  await resolve(session, await requested(h, session, "a"), "allow", "session");
  await callNext(h, "run a", "run b");
  const request = await requested(h, session, "b");
  assertEquals(h.tools.ran, ["run a", "run a"]);
  await resolve(session, request, "allow", "always");
  await told(h, session);
  assertEquals(h.tools.remembered, ["run: b"]);
  const other = await calling(h, ["run a"]);
  await resolve(other, await requested(h, other, "a"), "deny");
  await told(h, other);
});

Deno.test("a mode that only reads has no tool that does more", async () => {
  await using h = withTools();
  const session = await calling(h, ["edit a"], { mode: "plan", overrides: { dangerous: true } });
  const [result = ""] = await told(h, session);
  assertStringIncludes(result, 'There is no tool "edit" in this conversation. There are: read.');
});

Deno.test("arguments that do not fit their schema go back to the model, and nobody is asked", async () => {
  await using h = withTools();
  const session = await h.create();
  await session.submit(turnOf("Do it"));
  const answer = await h.models.next();
  answer.say({ type: "tool_call", index: 0, id: "x", name: "run", argumentsDelta: '{"what": 5}' });
  answer.finish("tool_calls");
  const [result = ""] = await told(h, session);
  assertStringIncludes(result, "The arguments do not fit: what: ");
});

Deno.test("after a crash the request is closed, the turn is over, and nothing runs [X1, P1, P4]", async () => {
  const tools = new ScriptedTools();
  const store = new MemoryStore();
  const first = harness(store, "daemon_1", tools);
  const session = await calling(first, ["run a"]);
  const { sessionId } = session.state;
  const request = await requested(first, session, "a");
  await first.crash(sessionId);
  await using second = harness(store, "daemon_2", tools);
  await second.sessions.recover();
  const revived = await second.sessions.get(sessionId);
  assertEquals(outcomes(revived.state), ["Do it: interrupted"]);
  await assertRejects(() => resolve(revived, request, "allow"), Error, "Already decided by daemon");
  assertEquals(tools.ran, []);
});
