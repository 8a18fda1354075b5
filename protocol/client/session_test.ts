/** What holds over either transport. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { OptaError } from "../error.ts";
import { SILENCE_LIMIT_MS } from "../limits.ts";
import { hashState } from "../state_hash.ts";
import { LogWriter } from "../testing/log_writer.ts";
import { ApiError, ConnectionLostError, SessionClosedError } from "./errors.ts";
import { attach, reached, record, soon } from "./testing/attach.ts";
import { fastClock, ManualClock } from "./testing/clocks.ts";
import { LogDaemon } from "./testing/log_daemon.ts";

for (const transport of ["ws", "sse"] as const) {
  const test = (name: string, run: (daemon: LogDaemon) => Promise<void>) =>
    Deno.test(`${name} (${transport})`, async () => {
      await using daemon = new LogDaemon();
      await run(daemon);
    });
  const on = { transport };

  test("attach() begins with the folded state [R2]", async (daemon) => {
    daemon.play("submit", "start", "text");
    await using session = attach(daemon, on);
    const told = record(session);
    await session.caughtUp(soon());
    assertEquals(told, ["replaying", "reset", "live"]);
    assertEquals(await hashState(session.state), await hashState(daemon.log.state));
    assertEquals(session.connection.kind === "live" && session.connection.transport, transport);
  });

  test("attach() replays every event in order when no snapshot is wanted [R1]", async (daemon) => {
    daemon.play("submit", "start", "text");
    await using session = attach(daemon, { ...on, snapshot: false });
    const told = record(session);
    await session.caughtUp(soon());
    assertEquals(told, ["replaying", "reset", "event 1", "event 2", "event 3", "live"]);
    assertEquals(await hashState(session.state), await hashState(daemon.log.state));
  });

  test("attach() catches up with a session that has no events", async (daemon) => {
    await using session = attach(daemon, { ...on, snapshot: false });
    await session.caughtUp(soon());
    assertEquals([session.state.epoch, session.state.seq], ["e1", 0]);
  });

  test("Session follows live events, each once [R1, E3]", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    const told = record(session);
    daemon.faults.push("double", "double");
    daemon.play("submit", "start", "text");
    await session.until(({ seq }) => seq === 3, soon());
    assertEquals(told, ["event 1", "event 2", "event 3"]);
  });

  test("Session goes on past an event and a frame of a later version [E7]", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    const told = record(session);
    daemon.play("unknown");
    daemon.sendRaw(JSON.stringify({ type: "weather", sessionId: "s1", sun: true }));
    daemon.play("retitle");
    await session.until(({ seq }) => seq === 2, soon());
    assertEquals(told, ["event 1", "event 2"]);
    assertEquals(session.connection.kind, "live");
  });

  test("Session resumes from its cursor after a lost connection [E3, R1]", async (daemon) => {
    daemon.play("submit", "start");
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    daemon.hangUp();
    daemon.play("text", "text");
    const told = record(session);
    await session.until(({ seq }) => seq === 4, soon());
    assertEquals(told.filter((what) => what.startsWith("event") || what === "reset"), ["event 3", "event 4"]);
    assertEquals(daemon.follows.map(({ afterSeq, epoch }) => [afterSeq, epoch]), [[0, undefined], [2, "e1"]]);
    assertEquals(await hashState(session.state), await hashState(daemon.log.state));
  });

  test("Session finds a daemon that came back on another port with another token [E2]", async (daemon) => {
    daemon.play("submit", "start");
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    const before = daemon.endpoint;
    await daemon.restart();
    assertNotEquals(daemon.endpoint.baseUrl, before.baseUrl);
    daemon.play("text");
    await session.until(({ seq }) => seq === 3, soon());
    assertEquals(daemon.follows.at(-1)?.afterSeq, 2);
  });

  test("Session takes the fresh state when its cursor cannot be served any more [R3]", async (daemon) => {
    daemon.play("submit", "start", "text", "text");
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    await daemon.stop();
    daemon.log.rewrite(2, "e2");
    const told = record(session);
    daemon.start();
    const state = await session.until(({ epoch }) => epoch === "e2", soon());
    assertEquals(state.seq, 2);
    daemon.play("text");
    await session.until(({ seq }) => seq === 3, soon());
    assertEquals(told.filter((what) => what === "reset").length, 1);
    assertEquals(await hashState(session.state), await hashState(daemon.log.state));
  });

  test("Session takes the fresh state when history is lost while it is attached [R3]", async (daemon) => {
    daemon.play("submit", "start", "text", "text");
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    daemon.rewrite(2, "e2");
    const state = await session.until(({ epoch }) => epoch === "e2", soon());
    assertEquals(await hashState(state), await hashState(daemon.log.state));
  });

  test("Session subscribes again when a heartbeat shows that events are missing [R4]", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    daemon.faults.push("drop");
    daemon.play("retitle");
    daemon.heartbeat();
    await session.until(({ seq }) => seq === 1, soon());
    assertEquals(daemon.follows.length, 2);
  });

  test("Session subscribes again when an event does not follow [R1]", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    daemon.faults.push("drop");
    daemon.play("retitle", "retitle");
    await session.until(({ seq }) => seq === 2, soon());
    assertEquals(daemon.follows.at(-1)?.afterSeq, 0);
  });

  test("Session subscribes again when a replay ends before the head [R1]", async (daemon) => {
    daemon.play("retitle", "retitle");
    daemon.faults.push("pass", "drop", "pass");
    await using session = attach(daemon, { ...on, snapshot: false });
    await session.until(({ seq }) => seq === 2, soon());
    assertEquals(daemon.follows.at(-1)?.afterSeq, 1);
  });

  test("Session subscribes again after 40 s of silence [R4]", async (daemon) => {
    const clock = new ManualClock();
    await using session = attach(daemon, { ...on, clock });
    await session.caughtUp(soon());
    clock.pass(SILENCE_LIMIT_MS - 1);
    assertEquals(session.connection.kind, "live");
    clock.pass(1);
    assertEquals(session.connection.kind === "waiting" && session.connection.reason.code, "silence");
    clock.pass(1_000);
    await session.caughtUp(soon());
    assertEquals(daemon.follows.length, 2);
  });

  test("Session gives up an attempt that is never answered", async (daemon) => {
    const clock = new ManualClock();
    const endpoint = () => new Promise<never>(() => {});
    await using session = attach(daemon, { ...on, clock, endpoint });
    clock.pass(10_000);
    assertEquals(session.connection.kind === "waiting" && session.connection.reason.code, "no_answer");
  });

  test("Session gives up a connection that brings what is not of the protocol", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    for (const text of ["{", "[]", '{"v":"2"}', '{"type":"heartbeat"}']) {
      const gaveUp = reached(session, "waiting");
      daemon.sendRaw(text);
      await gaveUp;
      assertEquals(session.connection.kind === "waiting" && session.connection.reason.code, "bad_frame", text);
      await session.caughtUp(soon());
    }
  });

  test("Session closes with a clear error when there is no such session", async (daemon) => {
    await using session = attach(daemon, { ...on, sessionId: "nowhere" });
    const error = await assertRejects(() => session.caughtUp(soon()), SessionClosedError, '"nowhere"');
    assertEquals(error.code, "not_found");
    assertEquals(session.connection.kind, "closed");
    await assertRejects(() => session.submit("Hello"), SessionClosedError);
    await assertRejects(() => session.until(() => false), SessionClosedError);
  });

  test("Session keeps asking for the daemon until there is one", async (daemon) => {
    let asked = 0;
    const endpoint = () => ++asked < 4 ? Promise.reject(new Error("No daemon yet.")) : daemon.source(soon());
    await using session = attach(daemon, { ...on, endpoint });
    await reached(session, "waiting");
    assertEquals(session.connection.kind === "waiting" && session.connection.reason.message, "No daemon yet.");
    await session.caughtUp(soon());
    assertEquals(asked, 4);
  });

  test("Session asks for the endpoint again when its token is refused", async (daemon) => {
    const endpoints = [{ ...daemon.endpoint, token: "of the daemon before" }, daemon.endpoint];
    const endpoint = () => Promise.resolve(endpoints.shift() ?? daemon.endpoint);
    await using session = attach(daemon, { ...on, endpoint });
    await session.caughtUp(soon());
    assertEquals(endpoints.length, 0);
  });

  test("Session never puts the token into an address", async (daemon) => {
    await using session = attach(daemon, on);
    await session.submit("Hello", { signal: soon() });
    assert(daemon.addresses.length > 0);
    for (const address of daemon.addresses) assert(!address.includes(daemon.endpoint.token ?? "token"), address);
  });

  test("submit() resolves with the turn, which every client then sees [S2]", async (daemon) => {
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

  test("submit() sent again after a lost answer gives the original turn [S4]", async (daemon) => {
    await using session = attach(daemon, on);
    daemon.fates.push("hang up after", "hang up before");
    const result = await session.submit("Hello", { signal: soon() });
    assertEquals(result.duplicate, true);
    assertEquals(daemon.acts.length, 3);
    assertEquals(new Set(daemon.acts.map((act) => act.type === "turn.submit" && act.clientTurnId)).size, 1);
    assertEquals((await session.until(({ queue }) => queue.length > 0, soon())).queue.length, 1);
  });

  test("submit() waits for a daemon that is away and comes back [S4]", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    await daemon.stop();
    const submitted = session.submit("Hello", { signal: soon() });
    await reached(session, "waiting");
    daemon.start();
    assertEquals((await submitted).duplicate, false);
  });

  test("submit() is sent again after a refusal that passes [S5]", async (daemon) => {
    await using session = attach(daemon, on);
    daemon.fates.push(new OptaError("queue_full", "20 turns wait.", { retryAfterMs: 500 }));
    daemon.fates.push(new OptaError("storage_unavailable", "The disk is full."));
    assertEquals((await session.submit("Hello", { signal: soon() })).duplicate, false);
    assertEquals(daemon.acts.length, 3);
  });

  test("submit() reports a refusal that does not pass in time [S5]", async (daemon) => {
    await using session = attach(daemon, { ...on, clock: fastClock(1_000) });
    const full = new OptaError("queue_full", "20 turns wait.", { retryAfterMs: 10_000 });
    daemon.fates.push(...Array.from({ length: 10 }, () => full));
    const error = await assertRejects(() => session.submit("Hello", { signal: soon() }), ApiError, "20 turns wait.");
    assertEquals([error.status, error.code, error.retryable], [429, "queue_full", true]);
    assertEquals(daemon.acts.length, 2);
  });

  test("submit() reports at once a refusal that stays [S4]", async (daemon) => {
    await using session = attach(daemon, on);
    daemon.fates.push(new OptaError("idempotency_conflict", "Used for another turn."));
    const error = await assertRejects(() => session.submit("Hello", { signal: soon() }), ApiError, "another turn");
    assertEquals([error.status, error.code, error.retryable], [409, "idempotency_conflict", false]);
    assertEquals(daemon.acts.length, 1);
  });

  test("submit() stops when its signal aborts", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    await daemon.stop();
    const stop = new AbortController();
    const submitted = session.submit("Hello", { signal: stop.signal });
    stop.abort(new Error("enough"));
    await assertRejects(() => submitted, Error, "enough");
    await assertRejects(() => session.submit("Hello", { signal: stop.signal }), Error, "enough");
  });

  test("submit() stops when the session is closed", async (daemon) => {
    const session = attach(daemon, on);
    await session.caughtUp(soon());
    await daemon.stop();
    const submitted = assertRejects(() => session.submit("Hello"), SessionClosedError);
    await session.close();
    await submitted;
  });

  test("cancel() names a turn, a writer or nothing [C1]", async (daemon) => {
    await using session = attach(daemon, on);
    for (const target of [{ turnId: "t1" }, { writerId: "w2" }, undefined]) {
      const result = await session.cancel(target, soon());
      assertEquals(result, { cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
    }
    const targets = daemon.acts.map((act) => act.type === "turn.cancel" && [act.turnId, act.writerId]);
    assertEquals(targets, [["t1", undefined], [undefined, "w2"], [undefined, undefined]]);
  });

  test("cancel() of one turn is sent again after a lost answer, any other is not [C3]", async (daemon) => {
    await using session = attach(daemon, on);
    daemon.fates.push("hang up after");
    assertEquals((await session.cancel({ turnId: "t1" }, soon())).cancelled, 1);
    assertEquals(daemon.acts.length, 2);
    daemon.fates.push("hang up after");
    await assertRejects(() => session.cancel({}, soon()));
    assertEquals(daemon.acts.length, 3);
  });

  test("resolve() says who won [P1]", async (daemon) => {
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

  test("resolve() sent again after a lost answer knows its own decision [P1]", async (daemon) => {
    await using session = attach(daemon, on);
    daemon.fates.push("hang up after");
    assertEquals(await session.resolve("r1", "deny"), { ok: true, decision: "deny", decidedBy: "w1" });
    assertEquals(daemon.acts.length, 2);
  });

  test("resolve() reports a request that there is not [P1]", async (daemon) => {
    await using session = attach(daemon, on);
    const error = await assertRejects(() => session.resolve("nothing", "allow", undefined, soon()), ApiError);
    assertEquals([error.status, error.code], [404, "not_found"]);
  });

  test("until() waits for a state, and not for one that is not known yet", async (daemon) => {
    daemon.play("submit");
    await using session = attach(daemon, on);
    const empty = session.until(({ queue }) => queue.length === 0, soon());
    await session.caughtUp(soon());
    daemon.play("start");
    assertEquals((await empty).seq, 2);
    await assertRejects(() => session.until(() => false, AbortSignal.abort(new Error("enough"))), Error, "enough");
  });

  test("until() passes on what its predicate throws", async (daemon) => {
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    const broken = () => {
      throw new RangeError("predicate");
    };
    await assertRejects(() => session.until(broken), RangeError, "predicate");
    let calls = 0;
    const later = assertRejects(() => session.until(() => calls++ > 0 && broken(), soon()), RangeError);
    daemon.play("retitle");
    await later;
  });

  test("close() leaves and cancels nothing [R6]", async (daemon) => {
    daemon.play("submit", "start");
    const session = attach(daemon, on);
    await session.caughtUp(soon());
    const told = record(session);
    await session.close();
    daemon.play("text");
    assertEquals(daemon.acts, []);
    assertEquals(told, ["closed"]);
    assertEquals(session.connection.kind === "closed" && session.connection.reason.code, "closed");
    await session.close();
  });

  test("close() leaves no timer behind, whatever the session is doing", async (daemon) => {
    const clock = new ManualClock();
    const pending = attach(daemon, { ...on, clock, endpoint: () => new Promise<never>(() => {}) });
    const opening = attach(daemon, { ...on, clock });
    const waiting = attach(daemon, { ...on, clock, endpoint: () => Promise.reject(new Error("none")) });
    await reached(waiting, "waiting");
    daemon.isMute = true;
    const replaying = attach(daemon, { ...on, clock });
    await reached(replaying, "replaying");
    const acting = assertRejects(() => replaying.until(() => false, soon()), SessionClosedError);
    await Promise.all([pending, opening, waiting, replaying].map((session) => session.close()));
    await acting;
    assertEquals(clock.timerCount, 0);
  });

  test("Session can be left from within a listener", async (daemon) => {
    const session = attach(daemon, on);
    const { promise, resolve } = Promise.withResolvers<void>();
    session.subscribe(({ kind }) => kind === "reset" && resolve(session.close()));
    daemon.play("retitle");
    await promise;
    assertEquals(session.connection.kind, "closed");
  });

  test("Session lets a listener's bug surface and goes on", async (daemon) => {
    const surfaced = Promise.withResolvers<unknown>();
    const catchError = (event: ErrorEvent) => {
      event.preventDefault();
      surfaced.resolve(event.error);
    };
    globalThis.addEventListener("error", catchError);
    await using session = attach(daemon, on);
    const bug = new Error("bug");
    session.subscribe(({ kind }) => {
      if (kind === "reset") throw bug;
    });
    const told = record(session);
    await session.caughtUp(soon());
    assertEquals(await surfaced.promise, bug);
    globalThis.removeEventListener("error", catchError);
    assertEquals(told, ["replaying", "reset", "live"]);
  });
}

Deno.test("auto takes SSE where WebSockets are not passed on, and acts over HTTP there [R7]", async () => {
  await using daemon = new LogDaemon();
  daemon.refusesWebSockets = true;
  await using session = attach(daemon);
  await session.caughtUp(soon());
  assertEquals(session.connection.kind === "live" && session.connection.transport, "sse");
  assertEquals((await session.submit("Hello", { signal: soon() })).duplicate, false);
});

Deno.test("two clients over different transports end in the same state hash [E6]", async () => {
  const log = new LogWriter();
  await using daemon = new LogDaemon(log);
  await using overWs = attach(daemon, { transport: "ws" });
  await using overSse = attach(daemon, { transport: "sse", snapshot: false });
  daemon.play("submit", "start", "think", "text", "tool", "tool", "ask", "decide", "text", "done", "submit");
  const states = await Promise.all([overWs, overSse].map((one) => one.until(({ seq }) => seq === log.headSeq, soon())));
  const hashes = await Promise.all([...states, log.state].map(hashState));
  assertEquals(new Set(hashes).size, 1);
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

Deno.test("Session says why it cannot connect", async () => {
  await using daemon = new LogDaemon();
  const { baseUrl } = daemon.endpoint;
  await daemon.stop();
  for (const transport of ["ws", "sse"] as const) {
    await using session = attach(daemon, { transport, endpoint: () => Promise.resolve({ baseUrl, token: "x" }) });
    await reached(session, "waiting");
    assert(session.connection.kind === "waiting");
    assertEquals(session.connection.reason.code, "connection_lost");
    assertMatch(session.connection.reason.message, /connect/i);
  }
});

Deno.test("attach() takes undefined options for their defaults", async () => {
  await using daemon = new LogDaemon();
  await using session = attach(daemon, { transport: undefined, snapshot: undefined, random: undefined });
  await session.caughtUp(soon());
  assertEquals(session.connection.kind === "live" && session.connection.transport, "ws");
  assertEquals(daemon.follows[0]?.snapshot, true);
});
