import { assert, assertEquals, assertRejects } from "@std/assert";
import { fold, initialState, OptaError } from "@opta/protocol";
import { setImmediate } from "node:timers";
import { MemoryStore } from "../store/memory_store.ts";
import { StorageError } from "../store/store.ts";
import { noTools } from "../tools/turn_tools.ts";
import { MAX_LOADED_SESSIONS } from "./limits.ts";
import { type Harness, harness, outcomes, turnOf } from "./testing/harness.ts";

const isEnd = (event: { event: string }) => event.event === "turn.done" || event.event === "turn.error";

Deno.test("create() gives the existing session for a taken id, also to two clients at once", async () => {
  await using h = harness();
  const both = await Promise.all([
    h.sessions.create({ sessionId: "s1", title: "One" }),
    h.sessions.create({ sessionId: "s1", title: "Two" }),
  ]);
  assertEquals(both.map(({ created }) => created).toSorted(), [false, true]);
  assertEquals(both[0]?.summary.title, both[1]?.summary.title);
  assertEquals((await h.sessions.create({ sessionId: "s1" })).created, false);
  assertEquals((await h.events("s1")).length, 1);
});

Deno.test("create() imports messages, and they come before the first turn", async () => {
  await using h = harness();
  const session = await h.create({ messages: [{ role: "user", content: "q" }, { role: "assistant", content: "a" }] });
  await session.submit(turnOf("next"));
  const answer = await h.models.next();
  assertEquals(answer.request.messages.map(({ content }) => content), ["q", "a", "next"]);
  answer.finish();
});

Deno.test("recover() ends the turn that ran in `interrupted` and runs those queued [X1, S2, T1]", async () => {
  const store = new MemoryStore();
  const dead = harness(store, "daemon_dead");
  const before = await dead.create({ sessionId: "s1" });
  await before.submit(turnOf("running"));
  (await dead.models.next()).text("so far");
  await dead.until("s1", (e) => e.event === "turn.token");
  await before.submit(turnOf("queued"));
  await dead.crash("s1");

  await using h = harness(store, "daemon_new");
  await h.sessions.recover();
  const answer = await h.models.next();
  assertEquals(answer.request.messages.map(({ content }) => content), ["running", "so far", "queued"]);
  answer.finish();
  await h.until("s1", (e) => isEnd(e) && e.event === "turn.done");
  const { state } = await h.sessions.get("s1");
  assertEquals(outcomes(state), ["running: interrupted", "queued: stop"]);
  assertEquals(state.turns[0]?.parts.length, 1);
  const events = await h.events("s1");
  assertEquals(state, events.reduce(fold, initialState("s1", state.epoch)), "the state is the folded log");
});

Deno.test("recover() ends a turn whose cancel was acknowledged as cancelled, not as interrupted [C2, X1]", async () => {
  const store = new MemoryStore();
  const dead = harness(store, "daemon_dead");
  const before = await dead.create({ sessionId: "s1" });
  const { turnId } = await before.submit(turnOf("x"));
  await dead.models.next();
  await dead.until("s1", (e) => e.event === "turn.start");
  const { seq, epoch } = before.state;
  const envelope = { v: "3", event: "session.cancelled", daemonId: "d", sessionId: "s1", epoch, seq: seq + 1 };
  const payload = { turnIds: [turnId], cancelledQueued: 0, cancelledActive: 1 };
  const line = JSON.stringify({ ...envelope, ts: "2026-01-01T00:00:00.000Z", payload });
  await store.append({ sessionId: "s1", epoch, expectedHead: seq, lines: [line], durability: "synced" });
  await dead.crash("s1");

  await using h = harness(store, "daemon_new");
  await h.sessions.recover();
  assertEquals(outcomes((await h.sessions.get("s1")).state), ["x: cancelled"]);
});

Deno.test("stop() interrupts what does not end within the grace time and leaves the queue for the next daemon [S2]", async () => {
  const store = new MemoryStore();
  const first = harness(store, "daemon_1");
  const session = await first.create({ sessionId: "s1" });
  await session.submit(turnOf("running"));
  const answer = await first.models.next();
  await first.until("s1", (e) => e.event === "turn.start");
  await session.submit(turnOf("queued"));
  await first.sessions.stop(0);
  assert(answer.signal.aborted);
  assertEquals(outcomes(session.state), ["running: interrupted"]);
  assertEquals(session.state.queue.length, 1);
  const refused = await assertRejects(() => session.submit(turnOf("late")), OptaError) as OptaError;
  assertEquals(refused.code, "shutting_down");

  await using h = harness(store, "daemon_2");
  await h.sessions.recover();
  (await h.models.next()).finish();
  await h.until("s1", (e) => e.event === "turn.done");
  assertEquals(outcomes((await h.sessions.get("s1")).state), ["running: interrupted", "queued: stop"]);
});

Deno.test("stop() lets a running turn end within the grace time", async () => {
  const h = harness();
  const session = await h.create();
  await session.submit(turnOf("x"));
  const answer = await h.models.next();
  const stopped = h.sessions.stop(60_000);
  answer.finish();
  await stopped;
  assertEquals(outcomes(session.state), ["x: stop"]);
  await h.store.close();
});

Deno.test("a log that cannot be written: no false acknowledgement, and the session comes back with space [E5, T1]", async () => {
  let full = false;
  const store = new MemoryStore({
    beforeCommit: () => {
      if (full) throw new StorageError("no space left on the device", "full");
    },
  });
  await using h = harness(store);
  const session = await h.create({ sessionId: "s1" });
  await session.submit(turnOf("running"));
  const answer = await h.models.next();
  await h.until("s1", (e) => e.event === "turn.start");
  full = true;
  await assertRejects(() => session.submit(turnOf("lost")), StorageError);
  assert(answer.signal.aborted, "nothing is generated that cannot be kept");
  await assertRejects(() => h.sessions.get("s1"), StorageError);
  assertEquals((await h.sessions.snapshot("s1")).active?.content, "running", "reading goes on");
  full = false;
  const again = await h.sessions.get("s1");
  assertEquals(outcomes(again.state), ["running: storage-full"]);
  await again.submit(turnOf("kept"));
  (await h.models.next()).finish();
  await h.until("s1", (e) => e.event === "turn.done");
  assertEquals(outcomes((await h.sessions.get("s1")).state), ["running: storage-full", "kept: stop"]);
});

Deno.test("a damaged log is cut at the last good event and gets a new epoch [E2]", async () => {
  const store = new MemoryStore();
  const first = harness(store, "daemon_1");
  const session = await first.create({ sessionId: "s1", title: "kept" });
  const { epoch, seq } = session.state;
  const lines = ["{ torn", "more"];
  await store.append({ sessionId: "s1", epoch, expectedHead: seq, lines, durability: "written" });
  await first.crash("s1");

  await using h = harness(store, "daemon_2");
  const { state } = await h.sessions.get("s1");
  assertEquals([state.title, state.seq], ["kept", 1]);
  assert(state.epoch !== epoch);
  assertEquals(await store.head("s1"), { epoch: state.epoch, seq: 1 });
  assert(h.reports.some((message) => message.includes("new epoch")));
});

Deno.test("a plain restart keeps the epoch [E2]", async () => {
  const store = new MemoryStore();
  const first = harness(store, "daemon_1");
  const { epoch } = (await first.create({ sessionId: "s1" })).state;
  await first.sessions.stop(0);
  await using h = harness(store, "daemon_2");
  await h.sessions.recover();
  assertEquals((await h.sessions.get("s1")).state.epoch, epoch);
});

Deno.test("remove() cancels what runs and forgets the session", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  await session.submit(turnOf("x"));
  const answer = await h.models.next();
  await h.sessions.remove("s1");
  assert(answer.signal.aborted);
  const error = await assertRejects(() => h.sessions.get("s1"), OptaError) as OptaError;
  assertEquals(error.code, "not_found");
});

Deno.test("a session whose turn ran when the machine went down gets a new epoch, others keep theirs [E2]", async () => {
  const store = new MemoryStore();
  const dead = harness(store, "daemon_dead");
  const running = await dead.create({ sessionId: "running" });
  const still = await dead.create({ sessionId: "still" });
  await running.submit(turnOf("x"));
  await dead.models.next();
  await dead.until("running", (e) => e.event === "turn.start");
  await dead.crash("running");
  await dead.crash("still");
  Object.defineProperty(store, "tailsMayBeLost", { value: true });

  await using h = harness(store, "daemon_new");
  await h.sessions.recover();
  const { state } = await h.sessions.get("running");
  assert(state.epoch !== running.state.epoch);
  assertEquals(outcomes(state), ["x: interrupted"]);
  const events = await h.events("running");
  assertEquals(new Set(events.map((e) => e.epoch)), new Set([state.epoch]), "one log, one epoch");
  assertEquals((await h.sessions.get("still")).state.epoch, still.state.epoch);
});

Deno.test("a session that something is under way in is never let go, however many are in use [S1, T1]", async () => {
  await using h = harness();
  for (let i = 0; i < MAX_LOADED_SESSIONS; i++) {
    const waiting = await h.create({ sessionId: `waiting${i}` });
    await waiting.submit(turnOf("x"));
  }
  await h.create({ sessionId: "s1" });
  const session = await h.sessions.get("s1"); // the only one without a turn
  const submitted = session.submit(turnOf("hello", "alice", { clientTurnId: "t1" }));
  const updated = session.update({ title: "T" });
  await h.create({ sessionId: "s2" });
  assert(await h.sessions.get("s1") === session, "while they are on their way to the disk");
  await Promise.all([submitted, updated]);
  await h.create({ sessionId: "s3" });
  assert(await h.sessions.get("s1") === session, "while its turn waits");
});

Deno.test("the sessions that were not used for longest are let go, and are read again when asked for", async () => {
  await using h = harness();
  const first = await h.create({ sessionId: "first" });
  for (let i = 0; i < MAX_LOADED_SESSIONS; i++) await h.create({ sessionId: `later${i}` });
  await new Promise<void>((resolve) => setImmediate(() => resolve()));
  assertEquals(h.sessions.stats().loadedSessionCount, MAX_LOADED_SESSIONS);
  const again = await h.sessions.get("first");
  assert(again !== first);
  assertEquals(again.state, first.state);
});

Deno.test("a session that is asked for while the daemon stops begins no turn [S2]", async () => {
  const store = new MemoryStore();
  const dead = harness(store, "daemon_dead");
  dead.models.gate = new Promise(() => {});
  const before = await dead.create({ sessionId: "s1" });
  await before.submit(turnOf("queued"));
  await dead.crash("s1");

  const h = harness(store, "daemon_new");
  const stopped = h.sessions.stop(0);
  const { state } = await h.sessions.get("s1");
  await stopped;
  await new Promise<void>((resolve) => setImmediate(() => resolve()));
  assertEquals([state.queue.length, h.models.requests], [1, 0]);
  await store.close();
});

Deno.test("events of a later version are kept, not cut away as damage [E7]", async () => {
  const store = new MemoryStore();
  const first = harness(store, "daemon_1");
  const { state: { epoch, seq } } = await first.create({ sessionId: "s1", title: "kept" });
  const later = (seq: number, event: string, payload: unknown) =>
    JSON.stringify({
      v: "3",
      event,
      daemonId: "d",
      sessionId: "s1",
      epoch,
      seq,
      ts: "2026-01-01T00:00:00.000Z",
      payload,
    });
  const queued = { turnId: "t", writerId: "w", position: 0, clientId: "c", content: "x", mode: "of a later version" };
  const lines = [
    later(2, "turn.queued", queued),
    later(3, "turn.dreamed", {}),
    later(4, "session.updated", { tags: ["a"] }),
  ];
  await store.append({ sessionId: "s1", epoch, expectedHead: seq, lines, durability: "synced" });
  await first.crash("s1");

  await using h = harness(store, "daemon_2");
  const { state } = await h.sessions.get("s1");
  assertEquals([state.epoch, state.seq, state.tags, state.queue], [epoch, 4, ["a"], []]);
  assert(h.reports.some((message) => message.includes("later version")));
});

Deno.test("a session that is removed can start nothing more while what it has running is ended", async () => {
  const found: unknown[] = [];
  const tools = {
    ...noTools,
    async close(sessionId: string) {
      found.push(await h.sessions.snapshot(sessionId).catch(({ code }) => code));
      h.sessions.note(sessionId, { event: "session.updated", payload: { title: "The process has ended" } });
    },
  };
  await using h = harness(undefined, undefined, tools);
  await h.create({ sessionId: "s1" });
  await h.sessions.remove("s1");
  assertEquals(found, ["not_found"]);
  await assertRejects(() => h.sessions.get("s1"), OptaError, "There is no session");
  assertEquals(h.reports, []);
});

Deno.test("a background process that went with its daemon is not shown as running for ever [X1]", async () => {
  const store = new MemoryStore();
  const first = harness(store);
  const { sessionId } = (await first.create()).state;
  const startedAt = "2026-03-01T12:00:00.000Z";
  const process = (processId: string, state: string, endedAt: string | null) => {
    const what = { pid: 7, command: "serve", label: null, cwd: "/", exitCode: null, runtimeMs: 0, timeoutMs: 0 };
    return { processId, sessionId, state, startedAt, endedAt, ...what };
  };
  for (const lost of [process("bg_1", "running", null), process("bg_2", "completed", startedAt)]) {
    await (await first.sessions.get(sessionId)).note({
      event: "background.status",
      payload: { process: lost, reason: "" },
    });
  }
  await first.crash(sessionId);
  const alive = { ...noTools, hasProcess: () => true };
  await using second = harness(store, "daemon_2", alive);
  const states = async (h: Harness) =>
    Object.values((await h.sessions.get(sessionId)).state.background).map(({ state, endedAt }) => [state, endedAt]);
  assertEquals(await states(second), [["running", null], ["completed", startedAt]]);
  await second.crash(sessionId);
  await using third = harness(store, "daemon_3");
  const [[state, endedAt] = [], other] = await states(third);
  assertEquals([state, other], ["killed", ["completed", startedAt]]);
  assert(endedAt);
  const seq = (await third.sessions.get(sessionId)).state.seq;
  await third.crash(sessionId);
  await using fourth = harness(store, "daemon_4");
  assertEquals((await fourth.sessions.get(sessionId)).state.seq, seq, "it is said once");
});
