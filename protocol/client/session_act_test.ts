/** Acting on a session: what holds over either transport, then what belongs to one. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { OptaError } from "../error.ts";
import { systemClock } from "./clock.ts";
import { ApiError, ConnectionLostError, SessionClosedError } from "./errors.ts";
import { attach, reached, soon, testOverBoth } from "./testing/attach.ts";
import { fastClock, ManualClock } from "./testing/clocks.ts";
import { LogDaemon } from "./testing/log_daemon.ts";

testOverBoth("submit() resolves with the turn, which every client then sees [S2]", async (daemon, on) => {
  await using session = attach(daemon, on);
  const options = { mode: "do", clientTurnId: "ct1", metadata: { a: 1 }, overrides: { model: "m" } } as const;
  const result = await session.submit("Hello", { ...options, signal: soon() });
  assertEquals(result, { turnId: "t-ct1", queued: 0, duplicate: false });
  const [message] = daemon.acts;
  assert(message?.type === "turn.submit");
  assertEquals([message.clientId, message.writerId, message.content], ["c1", "w1", "Hello"]);
  assertEquals([message.mode, message.metadata, message.overrides], ["do", { a: 1 }, { model: "m" }]);
  await session.until(({ queue }) => queue[0]?.clientTurnId === "ct1", soon());
});

testOverBoth("submit() sent again after a lost answer gives the original turn [S4]", async (daemon, on) => {
  await using session = attach(daemon, on);
  daemon.fates.push("hang up after", "hang up before");
  const result = await session.submit("Hello", { signal: soon() });
  assertEquals(result.duplicate, true);
  assertEquals(daemon.acts.length, 3);
  assertEquals(new Set(daemon.acts.map((act) => act.type === "turn.submit" && act.clientTurnId)).size, 1);
  assertEquals((await session.until(({ queue }) => queue.length > 0, soon())).queue.length, 1);
});

testOverBoth("submit() waits for a daemon that is away and comes back [S4]", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  await daemon.stop();
  const submitted = session.submit("Hello", { signal: soon() });
  await reached(session, "waiting");
  daemon.start();
  assertEquals((await submitted).duplicate, false);
});

testOverBoth("submit() is sent again after a refusal that passes [S5]", async (daemon, on) => {
  await using session = attach(daemon, on);
  daemon.fates.push(new OptaError("queue_full", "20 turns wait.", { retryAfterMs: 500 }));
  daemon.fates.push(new OptaError("storage_unavailable", "The disk is full."));
  assertEquals((await session.submit("Hello", { signal: soon() })).duplicate, false);
  assertEquals(daemon.acts.length, 3);
});

testOverBoth("submit() reports a refusal that does not pass in time [S5]", async (daemon, on) => {
  await using session = attach(daemon, { ...on, clock: fastClock(1_000) });
  const full = new OptaError("queue_full", "20 turns wait.", { retryAfterMs: 10_000 });
  daemon.fates.push(...Array.from({ length: 10 }, () => full));
  const error = await assertRejects(() => session.submit("Hello", { signal: soon() }), ApiError, "20 turns wait.");
  assertEquals([error.status, error.code, error.retryable], [429, "queue_full", true]);
  assertEquals(daemon.acts.length, 2);
});

testOverBoth("submit() reports at once a refusal that stays [S4]", async (daemon, on) => {
  await using session = attach(daemon, on);
  daemon.fates.push(new OptaError("idempotency_conflict", "Used for another turn."));
  const error = await assertRejects(() => session.submit("Hello", { signal: soon() }), ApiError, "another turn");
  assertEquals([error.status, error.code, error.retryable], [409, "idempotency_conflict", false]);
  assertEquals(daemon.acts.length, 1);
});

testOverBoth("submit() stops when its signal aborts", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  await daemon.stop();
  const stop = new AbortController();
  const submitted = session.submit("Hello", { signal: stop.signal });
  stop.abort(new Error("enough"));
  await assertRejects(() => submitted, Error, "enough");
  await assertRejects(() => session.submit("Hello", { signal: stop.signal }), Error, "enough");
});

testOverBoth("submit() stops when the session is closed", async (daemon, on) => {
  const session = attach(daemon, on);
  await session.caughtUp(soon());
  await daemon.stop();
  const submitted = assertRejects(() => session.submit("Hello"), SessionClosedError);
  await session.close();
  await submitted;
});

testOverBoth("cancel() names a turn, a writer or nothing [C1]", async (daemon, on) => {
  await using session = attach(daemon, on);
  for (const target of [{ turnId: "t1" }, { writerId: "w2" }, undefined]) {
    const result = await session.cancel(target, soon());
    assertEquals(result, { cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
  }
  const targets = daemon.acts.map((act) => act.type === "turn.cancel" && [act.turnId, act.writerId]);
  assertEquals(targets, [["t1", undefined], [undefined, "w2"], [undefined, undefined]]);
});

testOverBoth("cancel() of one turn is sent again after a lost answer, any other is not [C3]", async (daemon, on) => {
  await using session = attach(daemon, on);
  daemon.fates.push("hang up after");
  assertEquals((await session.cancel({ turnId: "t1" }, soon())).cancelled, 1);
  assertEquals(daemon.acts.length, 2);
  daemon.fates.push("hang up after");
  await assertRejects(() => session.cancel({}, soon()));
  assertEquals(daemon.acts.length, 3);
});

testOverBoth("resolve() says who won [P1]", async (daemon, on) => {
  await using winner = attach(daemon, { ...on, writerId: "ada" });
  await using loser = attach(daemon, { ...on, writerId: "bob" });
  assertEquals(await winner.resolve("r1", "allow", "once", soon()), {
    ok: true,
    decision: "allow",
    decidedBy: "ada",
  });
  const lost = { ok: false, conflict: true, decision: "allow", decidedBy: "ada" } as const;
  assertEquals(await loser.resolve("r1", "deny", undefined, soon()), lost);
  assertEquals(await winner.resolve("r1", "allow", undefined, soon()), lost);
  const [first] = daemon.acts;
  assertEquals(first?.type === "permission.resolve" && [first.requestId, first.scope], ["r1", "once"]);
});

testOverBoth("answer() allows with the words of a person", async (daemon, on) => {
  await using session = attach(daemon, on);
  assertEquals(await session.answer("r1", "blue", soon()), { ok: true, decision: "allow", decidedBy: "w1" });
  const [act] = daemon.acts;
  assertEquals(act?.type === "permission.resolve" && [act.requestId, act.decision, act.answer], [
    "r1",
    "allow",
    "blue",
  ]);
});

testOverBoth("resolve() sent again after a lost answer knows its own decision [P1]", async (daemon, on) => {
  await using session = attach(daemon, on);
  daemon.fates.push("hang up after");
  assertEquals(await session.resolve("r1", "deny"), { ok: true, decision: "deny", decidedBy: "w1" });
  assertEquals(daemon.acts.length, 2);
});

testOverBoth("resolve() reports a request that there is not [P1]", async (daemon, on) => {
  await using session = attach(daemon, on);
  const error = await assertRejects(() => session.resolve("nothing", "allow", undefined, soon()), ApiError);
  assertEquals([error.status, error.code], [404, "not_found"]);
});

Deno.test("an act that nobody answers fails, and is sent again where that is safe (ws) [S4]", async () => {
  await using daemon = new LogDaemon();
  const clock = new ManualClock();
  await using session = attach(daemon, { transport: "ws", clock });
  await session.caughtUp(soon());
  daemon.fates.push("say nothing", "say nothing");
  const cancelled = assertRejects(() => session.cancel({}, soon()), ConnectionLostError);
  await daemon.acted(1);
  clock.pass(10_000);
  await cancelled;
  const submitted = session.submit("Hello", { signal: soon() });
  await daemon.acted(2);
  clock.pass(10_000);
  assertEquals((await submitted).duplicate, true);
});

Deno.test("an act whose connection breaks fails at once (ws)", async () => {
  await using daemon = new LogDaemon();
  await using session = attach(daemon, { transport: "ws", clock: systemClock });
  daemon.fates.push("hang up before");
  await assertRejects(() => session.cancel({}, soon()), ConnectionLostError, "turn.cancel");
});

Deno.test("an act is given up when its signal aborts while nobody answers (ws)", async () => {
  await using daemon = new LogDaemon();
  await using session = attach(daemon, { transport: "ws" });
  daemon.fates.push("say nothing");
  const stop = new AbortController();
  const submitted = session.submit("Hello", { signal: stop.signal });
  await daemon.acted(1);
  stop.abort("not even an error");
  assertEquals(await submitted.catch((reason) => reason), "not even an error");
});
