/** Following a session: what holds over either transport, then what belongs to one. */
import { assert, assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import { SILENCE_LIMIT_MS } from "../limits.ts";
import { hashState } from "../state_hash.ts";
import { LogWriter } from "../testing/log_writer.ts";
import type { Endpoint } from "./endpoint.ts";
import { SessionClosedError } from "./errors.ts";
import { attach, reached, record, soon, testOverBoth } from "./testing/attach.ts";
import { ManualClock } from "./testing/clocks.ts";
import { LogDaemon } from "./testing/log_daemon.ts";

testOverBoth("attach() begins with the folded state [R2]", async (daemon, on) => {
  daemon.play("submit", "start", "text");
  await using session = attach(daemon, on);
  const told = record(session);
  await session.caughtUp(soon());
  assertEquals(told, ["replaying", "reset", "live"]);
  assertEquals(await hashState(session.state), await hashState(daemon.log.state));
  assertEquals(session.connection.kind === "live" && session.connection.transport, on.transport);
});

testOverBoth("attach() replays every event in order when no snapshot is wanted [R1]", async (daemon, on) => {
  daemon.play("submit", "start", "text");
  await using session = attach(daemon, { ...on, snapshot: false });
  const told = record(session);
  await session.caughtUp(soon());
  assertEquals(told, ["replaying", "reset", "event 1", "event 2", "event 3", "live"]);
  assertEquals(await hashState(session.state), await hashState(daemon.log.state));
});

testOverBoth("attach() catches up with a session that has no events", async (daemon, on) => {
  await using session = attach(daemon, { ...on, snapshot: false });
  await session.caughtUp(soon());
  assertEquals([session.state.epoch, session.state.seq], ["e1", 0]);
});

testOverBoth("Session follows live events, each once [R1, E3]", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  const told = record(session);
  daemon.faults.push("double", "double");
  daemon.play("submit", "start", "text");
  await session.until(({ seq }) => seq === 3, soon());
  assertEquals(told, ["event 1", "event 2", "event 3"]);
});

testOverBoth("Session goes on past an event and a frame of a later version [E7]", async (daemon, on) => {
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

testOverBoth("Session ignores what belongs to another session [R8]", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  const other = new LogWriter("s2");
  daemon.sendRaw(other.append({ event: "session.updated", payload: { title: "Not mine" } }));
  daemon.play("retitle");
  assertEquals((await session.until(({ seq }) => seq === 1, soon())).title, "Title 0");
  assertEquals(daemon.follows.length, 1);
});

testOverBoth("Session resumes from its cursor after a lost connection [E3, R1]", async (daemon, on) => {
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

testOverBoth("Session finds a daemon that came back on another port with another token [E2]", async (daemon, on) => {
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

testOverBoth("Session takes the fresh state when its cursor cannot be served any more [R3]", async (daemon, on) => {
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

testOverBoth(
  "Session takes the fresh state when the history of its epoch has become shorter [R3]",
  async (daemon, on) => {
    daemon.play("submit", "start", "text", "text");
    await using session = attach(daemon, on);
    await session.caughtUp(soon());
    await daemon.stop();
    daemon.log.rewrite(2, "e1");
    daemon.start();
    const state = await session.until(({ seq }) => seq === 2, soon());
    assertEquals(await hashState(state), await hashState(daemon.log.state));
  },
);

testOverBoth("Session takes the fresh state when history is lost while it is attached [R3]", async (daemon, on) => {
  daemon.play("submit", "start", "text", "text");
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  daemon.rewrite(2, "e2");
  const state = await session.until(({ epoch }) => epoch === "e2", soon());
  assertEquals(await hashState(state), await hashState(daemon.log.state));
});

testOverBoth("Session subscribes again when a heartbeat shows that events are missing [R4]", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  daemon.faults.push("drop");
  daemon.play("retitle");
  daemon.heartbeat();
  await session.until(({ seq }) => seq === 1, soon());
  assertEquals(daemon.follows.length, 2);
});

testOverBoth("Session subscribes again when an event does not follow [R1]", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  daemon.faults.push("drop");
  daemon.play("retitle", "retitle");
  await session.until(({ seq }) => seq === 2, soon());
  assertEquals(daemon.follows.at(-1)?.afterSeq, 0);
});

testOverBoth("Session subscribes again when a replay ends before the head [R1]", async (daemon, on) => {
  daemon.play("retitle", "retitle");
  daemon.faults.push("pass", "drop", "pass");
  await using session = attach(daemon, { ...on, snapshot: false });
  await session.until(({ seq }) => seq === 2, soon());
  assertEquals(daemon.follows.at(-1)?.afterSeq, 1);
});

testOverBoth("Session subscribes again after 40 s of silence [R4]", async (daemon, on) => {
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

testOverBoth("Session gives up an attempt that is never answered", async (daemon, on) => {
  const clock = new ManualClock();
  const endpoint = () => new Promise<never>(() => {});
  await using session = attach(daemon, { ...on, clock, endpoint });
  clock.pass(10_000);
  assertEquals(session.connection.kind === "waiting" && session.connection.reason.code, "no_answer");
});

testOverBoth("Session gives up a connection that brings what is not of the protocol", async (daemon, on) => {
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

testOverBoth("Session closes with a clear error when there is no such session", async (daemon, on) => {
  await using session = attach(daemon, { ...on, sessionId: "nowhere" });
  const error = await assertRejects(() => session.caughtUp(soon()), SessionClosedError, '"nowhere"');
  assertEquals(error.code, "not_found");
  assertEquals(session.connection.kind, "closed");
  await assertRejects(() => session.submit("Hello"), SessionClosedError);
  await assertRejects(() => session.until(() => false), SessionClosedError);
});

testOverBoth("Session keeps asking for the daemon until there is one", async (daemon, on) => {
  let asked = 0;
  const endpoint = () => ++asked < 4 ? Promise.reject(new Error("No daemon yet.")) : daemon.source(soon());
  await using session = attach(daemon, { ...on, endpoint });
  await reached(session, "waiting");
  assertEquals(session.connection.kind === "waiting" && session.connection.reason.message, "No daemon yet.");
  await session.caughtUp(soon());
  assertEquals(asked, 4);
});

testOverBoth("Session asks for the endpoint again when its token is refused", async (daemon, on) => {
  const endpoints = [{ ...daemon.endpoint, token: "of the daemon before" }, daemon.endpoint];
  const endpoint = () => Promise.resolve(endpoints.shift() ?? daemon.endpoint);
  await using session = attach(daemon, { ...on, endpoint });
  await session.caughtUp(soon());
  assertEquals(endpoints.length, 0);
});

testOverBoth("Session never puts the token into an address", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.submit("Hello", { signal: soon() });
  assert(daemon.addresses.length > 0);
  for (const address of daemon.addresses) assert(!address.includes(daemon.endpoint.token ?? "token"), address);
});

testOverBoth("until() waits for a state, and not for one that is not known yet", async (daemon, on) => {
  daemon.play("submit");
  await using session = attach(daemon, on);
  const empty = session.until(({ queue }) => queue.length === 0, soon());
  await session.caughtUp(soon());
  daemon.play("start");
  assertEquals((await empty).seq, 2);
  await assertRejects(() => session.until(() => false, AbortSignal.abort(new Error("enough"))), Error, "enough");
});

testOverBoth("until() passes on what its predicate throws", async (daemon, on) => {
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

testOverBoth("close() leaves and cancels nothing [R6]", async (daemon, on) => {
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

testOverBoth("close() leaves no timer behind, whatever the session is doing", async (daemon, on) => {
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

testOverBoth("Session can be left from within a listener", async (daemon, on) => {
  const session = attach(daemon, on);
  const { promise, resolve } = Promise.withResolvers<void>();
  session.subscribe(({ kind }) => kind === "reset" && resolve(session.close()));
  daemon.play("retitle");
  await promise;
  assertEquals(session.connection.kind, "closed");
});

testOverBoth("Session changes no more once it has been left", async (daemon, on) => {
  const session = attach(daemon, on);
  await session.caughtUp(soon());
  const left = Promise.withResolvers<void>();
  session.subscribe(({ kind }) => kind === "event" && left.resolve(session.close()));
  const lines = daemon.loseLines("retitle", "retitle", "retitle");
  if (on.transport === "sse") daemon.sendRaw(lines.join("\n\ndata: ")); // in one piece
  else lines.forEach((line) => daemon.sendRaw(line));
  await left.promise;
  assertEquals(session.state.seq, 1);
});

testOverBoth("Session that was left while the daemon was looked for does not connect", async (daemon, on) => {
  const found = Promise.withResolvers<Endpoint>();
  const session = attach(daemon, { ...on, endpoint: () => found.promise });
  await session.close();
  found.resolve(daemon.endpoint);
  await (await fetch(daemon.endpoint.baseUrl)).body?.cancel(); // a connection would be there by now
  assertEquals(daemon.addresses.length, 1);
});

testOverBoth("Session lets a listener's bug surface and goes on", async (daemon, on) => {
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

Deno.test("auto takes SSE where WebSockets are not passed on, and acts over HTTP there [R7]", async () => {
  await using daemon = new LogDaemon();
  daemon.refusesWebSockets = true;
  await using session = attach(daemon);
  await session.caughtUp(soon());
  assertEquals(session.connection.kind === "live" && session.connection.transport, "sse");
  assertEquals((await session.submit("Hello", { signal: soon() })).duplicate, false);
});

Deno.test("a WebSocket that is being looked at does not stay behind when the client leaves", async () => {
  await using daemon = new LogDaemon();
  daemon.refusesWebSockets = true;
  await using session = attach(daemon);
  await session.caughtUp(soon());
  daemon.refusesWebSockets = false;
  daemon.isMute = true;
  await daemon.until(() => daemon.follows.at(-1)?.door === "ws", soon());
  await session.close();
  await daemon.until(() => daemon.subscriberCount === 0, soon());
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
