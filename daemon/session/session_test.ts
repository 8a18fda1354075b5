import { assert, assertEquals, assertRejects } from "@std/assert";
import { OptaError } from "@opta/protocol";
import { MAX_QUEUED_TURNS, QUEUE_RETRY_AFTER_MS } from "./limits.ts";
import { type Harness, harness, outcomes, turnOf } from "./testing/harness.ts";

const ended = (count: number) => {
  let seen = 0;
  return (event: { event: string }) => (event.event === "turn.done" || event.event === "turn.error") && ++seen >= count;
};

async function codeOf(promise: Promise<unknown>): Promise<string> {
  return (await assertRejects(() => promise, OptaError) as OptaError).code;
}

Deno.test("submit() is acknowledged when turn.queued is durable, and the turn runs to its one end [S2, T1, E5]", async () => {
  await using h: Harness = harness();
  const session = await h.create();
  const { turnId, queued, duplicate } = await session.submit(turnOf("hello"));
  assertEquals({ queued, duplicate }, { queued: 0, duplicate: false });
  const { sessionId } = session.state;
  assert((await h.events(sessionId)).some((e) => e.event === "turn.queued" && e.payload.turnId === turnId));

  const answer = await h.models.next();
  assertEquals(answer.request.messages, [{ role: "user", content: "hello" }]);
  answer.say({ type: "thinking", text: "hm" }, { type: "text", text: "Hi" }, { type: "text", text: " there" });
  answer.say({ type: "usage", promptTokens: 3, completionTokens: 2, source: "reported" });
  answer.finish();
  await h.until(sessionId, ended(1));

  const [turn] = session.state.turns;
  assertEquals(turn?.parts.map((part) => part.kind !== "tool" && part.text), ["hm", "Hi there"]);
  assert(turn?.end?.kind === "done");
  assertEquals(turn.end.finishReason, "stop");
  assertEquals(turn.end.stats.usageSource, "reported");
  assertEquals(turn.end.stats.tokens, 5);
  assertEquals(session.state.title, "hello");
});

Deno.test("events of a session are numbered 1, 2, 3 … and fold to its state [E1]", async () => {
  await using h = harness();
  const session = await h.create();
  await Promise.all([session.submit(turnOf("a")), session.update({ title: "T" }), session.submit(turnOf("b"))]);
  for (const _ of "ab") (await h.models.next()).finish();
  await h.until(session.state.sessionId, ended(2));
  const events = await h.events(session.state.sessionId);
  assertEquals(events.map((e) => e.seq), events.map((_, i) => i + 1));
  assertEquals(session.state.seq, events.length);
});

Deno.test("turns of a session run one at a time, in the order accepted, across writers [S1, S3]", async () => {
  await using h = harness();
  const session = await h.create();
  const writers = ["alice", "bob", "carol", "dave"];
  const accepted = await Promise.all(writers.map((writer) => session.submit(turnOf(`from ${writer}`, writer))));
  assertEquals(accepted.map(({ queued }) => queued), [0, 1, 2, 3]);
  for (const writer of writers) {
    const answer = await h.models.next();
    assertEquals(answer.request.messages.at(-1)?.content, `from ${writer}`);
    assertEquals(h.sessions.stats().activeTurnCount, 1);
    answer.text("ok");
    answer.finish();
  }
  await h.until(session.state.sessionId, ended(4));
  assertEquals(
    session.state.turns.map((turn) => [turn.writerId, turn.turnId]),
    writers.map((w, i) => [w, accepted[i]!.turnId]),
  );
  const last = session.state.turns.at(-1);
  assertEquals(last?.parts.length, 1);
});

Deno.test("sessions run side by side [S1]", async () => {
  await using h = harness();
  const [one, two] = [await h.create(), await h.create()];
  await one.submit(turnOf("first"));
  await two.submit(turnOf("second"));
  const answers = [await h.models.next(), await h.models.next()];
  assertEquals(h.sessions.stats().activeTurnCount, 2);
  for (const answer of answers) answer.finish();
  await h.until(one.state.sessionId, ended(1));
  await h.until(two.state.sessionId, ended(1));
});

Deno.test("submit() returns the original turn for a repeated clientTurnId [S4]", async () => {
  await using h = harness();
  const session = await h.create();
  const body = turnOf("once", "alice", { clientTurnId: "ct-1", metadata: { b: 1, a: [2] } });
  const same = { ...body, metadata: { a: [2], b: 1 }, clientId: "after-a-reconnect" };
  const [first, second] = await Promise.all([session.submit(body), session.submit(same)]);
  const third = await session.submit(same);
  assertEquals([second.turnId, third.turnId], [first.turnId, first.turnId]);
  assertEquals([first.duplicate, second.duplicate, third.duplicate], [false, true, true]);
  (await h.models.next()).finish();
  await h.until(session.state.sessionId, ended(1));
  assertEquals((await h.events(session.state.sessionId)).filter((e) => e.event === "turn.queued").length, 1);
});

Deno.test("submit() refuses a clientTurnId with another body [S4]", async () => {
  await using h = harness();
  const session = await h.create();
  const body = turnOf("once", "alice", { clientTurnId: "ct-1" });
  const [, conflict] = await Promise.all([
    session.submit(body),
    codeOf(session.submit({ ...body, content: "twice" })),
  ]);
  assertEquals(conflict, "idempotency_conflict");
  assertEquals(await codeOf(session.submit({ ...body, writerId: "bob" })), "idempotency_conflict");
});

Deno.test("submit() over the queue limit is queue_full with retryAfterMs [S5]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("running"));
  await h.models.next();
  await h.until(session.state.sessionId, (e) => e.event === "turn.start");
  await Promise.all(Array.from({ length: MAX_QUEUED_TURNS }, (_, i) => session.submit(turnOf(`q${i}`))));
  const error = await assertRejects(() => session.submit(turnOf("one too many")), OptaError) as OptaError;
  assertEquals([error.code, error.status], ["queue_full", 429]);
  assertEquals(error.details, { retryAfterMs: QUEUE_RETRY_AFTER_MS });
  assertEquals(error.toBody().retryable, true);
});

Deno.test("cancel() ends a queued turn before it runs [C1, T1]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("running"));
  const { turnId } = await session.submit(turnOf("waiting"));
  const answer = await h.models.next();
  assertEquals(await session.cancel({ turnId }), { cancelled: 1, cancelledQueued: 1, cancelledActive: 0 });
  assertEquals(await session.cancel({ turnId }), { cancelled: 0, cancelledQueued: 0, cancelledActive: 0 });
  answer.finish();
  await h.until(session.state.sessionId, ended(2));
  assertEquals(outcomes(session.state), ["waiting: cancelled", "running: stop"]);
});

Deno.test("cancel() of a streaming turn stops the model and keeps the text [C1, C2]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("long"));
  const answer = await h.models.next();
  answer.text("so far");
  await h.until(session.state.sessionId, (e) => e.event === "turn.token");
  assertEquals(await session.cancel({}), { cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
  assertEquals(answer.signal.aborted, true, "the generation is cancelled by the time of the acknowledgement");
  await h.until(session.state.sessionId, ended(1));
  const [turn] = session.state.turns;
  assertEquals(turn?.parts.map((part) => part.kind === "text" && part.text), ["so far"]);
  assert(turn?.end?.kind === "done");
  assertEquals([turn.end.finishReason, turn.end.stats.usageSource], ["cancelled", "partial"]);
});

Deno.test("cancel() of a turn that waits for the first token stops the request [C1, C2]", async () => {
  await using h = harness();
  const session = await h.create();
  const { turnId } = await session.submit(turnOf("slow prefill"));
  const answer = await h.models.next();
  assertEquals((await session.cancel({ turnId })).cancelled, 1);
  assert(answer.signal.aborted);
  await h.until(session.state.sessionId, ended(1));
  assertEquals(outcomes(session.state), ["slow prefill: cancelled"]);
});

Deno.test("cancel() while a model is being chosen: no request is sent, one end is written [C1, C2, T1]", async () => {
  await using h = harness();
  const session = await h.create();
  const gate = Promise.withResolvers<void>();
  h.models.gate = gate.promise;
  await session.submit(turnOf("choosing"));
  assertEquals((await session.cancel({})).cancelled, 1);
  gate.resolve();
  h.models.gate = Promise.resolve();
  await session.submit(turnOf("next"));
  const answer = await h.models.next();
  assertEquals(answer.request.messages.at(-1)?.content, "next");
  answer.finish();
  await h.until(session.state.sessionId, ended(2));
  const ends = (await h.events(session.state.sessionId)).filter(ended(1));
  assertEquals(ends.length, 2);
});

Deno.test("cancel() by writerId leaves other writers' turns alone [C1]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("alice 1", "alice"));
  const answer = await h.models.next();
  await session.submit(turnOf("bob 1", "bob"));
  await session.submit(turnOf("alice 2", "alice"));
  assertEquals(await session.cancel({ writerId: "alice" }), { cancelled: 2, cancelledQueued: 1, cancelledActive: 1 });
  assert(answer.signal.aborted);
  (await h.models.next()).finish();
  await h.until(session.state.sessionId, ended(3));
  assertEquals(outcomes(session.state).toSorted(), ["alice 1: cancelled", "alice 2: cancelled", "bob 1: stop"]);
});

Deno.test("cancel() twice, after the end, or of nothing is harmless [C3]", async () => {
  await using h = harness();
  const session = await h.create();
  const nothing = { cancelled: 0, cancelledQueued: 0, cancelledActive: 0 };
  assertEquals(await session.cancel({}), nothing);
  const { turnId } = await session.submit(turnOf("x"));
  await h.models.next();
  const both = await Promise.all([session.cancel({ turnId }), session.cancel({ turnId })]);
  assertEquals(both.map((result) => result.cancelled), [1, 0]);
  await h.until(session.state.sessionId, ended(1));
  const head = session.state.seq;
  assertEquals(await session.cancel({ turnId }), nothing);
  assertEquals(session.state.seq, head, "nothing is written for nothing");
});

Deno.test("a failed model ends the turn in turn.error with its code, and the queue goes on [T1]", async () => {
  await using h = harness();
  const session = await h.create();
  h.models.failure = { code: "lmx-connection-refused", message: "Cannot reach LMX at 127.0.0.1:1", retryable: true };
  await session.submit(turnOf("no server"));
  await h.until(session.state.sessionId, ended(1));
  h.models.failure = null;
  await session.submit(turnOf("breaks"));
  const answer = await h.models.next();
  answer.text("half");
  answer.say({ type: "error", failure: { code: "bad-response", message: "broken", retryable: true } });
  await session.submit(turnOf("tool"));
  (await h.models.next()).finish("tool_calls");
  await h.until(session.state.sessionId, ended(3));
  assertEquals(outcomes(session.state), [
    "no server: lmx-connection-refused",
    "breaks: bad-response",
    "tool: bad-response",
  ]);
  assertEquals(session.state.turns[1]?.parts.length, 1, "the text so far is kept");
});

Deno.test("a bug in a model ends the turn in turn.error and does not leave the session busy [T1]", async () => {
  await using h = harness();
  const session = await h.create();
  h.models.gate = Promise.reject(new TypeError("a bug"));
  h.models.gate.catch(() => {});
  await session.submit(turnOf("x"));
  await h.until(session.state.sessionId, ended(1));
  assertEquals(outcomes(session.state), ["x: internal"]);
  assertEquals(session.state.active, null);
  assertEquals(h.reports, ["A turn failed"]);
});

Deno.test("resolve(): the first decision wins, losers are told who won, an unknown request is 404 [P1]", async () => {
  await using h = harness();
  const session = await h.create();
  const request = (requestId: string) => ({ requestId, decision: "allow" as const, decidedBy: "alice" });
  for (const requestId of ["perm_none", "constructor", "__proto__"]) {
    assertEquals(await codeOf(session.resolve(request(requestId))), "not_found");
  }
  const { sessionId, epoch, seq } = session.state;
  await h.sessions.stop(0);
  const payload = {
    requestId: "perm_1",
    toolName: "run_command",
    args: { command: "ls" },
    turnId: "t",
    callId: "c",
    argsHash: "h",
    reason: "asks",
  };
  const envelope = { v: "3", event: "permission.request", daemonId: "d", sessionId, epoch, seq: seq + 1 };
  const line = JSON.stringify({ ...envelope, ts: "2026-01-01T00:00:00.000Z", payload });
  await h.store.append({ sessionId, epoch, expectedHead: seq, lines: [line], durability: "synced" });

  await using later = harness(h.store);
  const reopened = await later.sessions.get(sessionId);
  const [won, lost] = await Promise.allSettled([
    reopened.resolve(request("perm_1")),
    reopened.resolve({ requestId: "perm_1", decision: "deny", decidedBy: "bob" }),
  ]);
  assertEquals(won, { status: "fulfilled", value: { ok: true, decision: "allow", decidedBy: "alice" } });
  assert(lost.status === "rejected" && lost.reason instanceof OptaError);
  assertEquals(lost.reason.status, 409);
  assertEquals(lost.reason.details, { ok: false, conflict: true, decision: "allow", decidedBy: "alice" });
});

Deno.test("whatever a model server counts or gives as a reason, the log can be read again [E1, E2]", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  const oddUsages = [[10.5, 3], [-4, 9], [1e300, 1e300]] as const;
  for (const [promptTokens, completionTokens] of oddUsages) {
    await session.submit(turnOf("x"));
    const answer = await h.models.next();
    answer.say({ type: "usage", promptTokens, completionTokens, source: "reported" });
    answer.finish("");
  }
  await h.until("s1", ended(oddUsages.length));
  await h.sessions.stop(0);

  await using later = harness(h.store, "daemon_later");
  const { state } = await later.sessions.get("s1");
  assertEquals([later.reports, state.epoch], [[], session.state.epoch]);
  assertEquals(state, session.state);
  assertEquals(outcomes(state), ["x: stop", "x: stop", "x: stop"]);
});

Deno.test("an event that could not be read again is not written, and the turn ends all the same [T1]", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  await session.submit(turnOf("x"));
  const answer = await h.models.next();
  answer.say({ type: "error", failure: { code: "bad-response", message: "m", retryable: null as unknown as boolean } });
  await h.until("s1", ended(1));
  assertEquals(outcomes(session.state), ["x: internal"]);
  await session.submit(turnOf("y"));
  (await h.models.next()).finish();
  await h.until("s1", ended(2));
  assertEquals(outcomes(session.state), ["x: internal", "y: stop"]);
});

Deno.test("a turn whose cancel was acknowledged ends as cancelled, also when the daemon stops just then [C1, T1]", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  const { turnId } = await session.submit(turnOf("x"));
  await h.models.next();
  await h.until("s1", (e) => e.event === "turn.start");
  session.interrupt();
  assertEquals(await session.cancel({ turnId }), { cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
  await h.until("s1", ended(1));
  assertEquals(outcomes(session.state), ["x: cancelled"]);
});
