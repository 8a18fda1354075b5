import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { OptaError } from "@opta/protocol";
import { MemoryStore } from "../store/memory_store.ts";
import { SqliteStore } from "../store/sqlite_store.ts";
import { creation } from "../store/store_samples.ts";
import { TempFolder } from "../store/temp_folder.ts";
import { noTools, type ToolSource } from "../tools/turn_tools.ts";
import { DeletedSessions } from "./deleted_sessions.ts";
import { MAX_PURGED_AT_ONCE, RESTORE_GRACE_MS } from "./limits.ts";
import { type Harness, harness, outcomes, turnOf } from "./testing/harness.ts";

const NOW_MS = Date.parse("2026-03-01T00:00:00.000Z");

/** Says which sessions it was asked to close and to remove. */
function notingTools(): ToolSource & { calls: string[] } {
  const calls: string[] = [];
  const note = (what: string) => (sessionId: string) => Promise.resolve(void calls.push(`${what} ${sessionId}`));
  return { ...noTools, calls, close: note("close"), remove: note("remove") };
}

async function codeOf(act: () => Promise<unknown>): Promise<string> {
  return (await assertRejects(act, OptaError)).code;
}

const list = (h: Harness, deleted?: "1") => h.sessions.list({ limit: 50, ...(deleted && { deleted }) });

Deno.test("remove() cancels what runs and what waits, and restore() brings the session back whole [E2, T1]", async () => {
  const tools = notingTools();
  await using h = harness(undefined, undefined, tools, { now: () => NOW_MS });
  const session = await h.create({ sessionId: "s1", title: "One" });
  await session.update({ tags: ["work"] });
  await session.submit(turnOf("running", "alice", { clientTurnId: "ct1" }));
  const answer = await h.models.next();
  answer.text("so far");
  await h.until("s1", (event) => event.event === "turn.token");
  await session.submit(turnOf("waiting"));
  const { epoch } = session.state;

  const until = await h.sessions.remove("s1");
  assertEquals(until, new Date(NOW_MS + RESTORE_GRACE_MS).toISOString());
  assertEquals(outcomes(session.state), ["waiting: cancelled", "running: cancelled"]);
  assertEquals((await list(h)).sessions, []);
  const [row] = (await list(h, "1")).sessions;
  assertEquals([row?.sessionId, row?.title, row?.tags, row?.restorableUntil], ["s1", "One", ["work"], until]);
  assertEquals(await codeOf(() => h.sessions.get("s1")), "not_found");
  assertEquals(await codeOf(() => h.sessions.remove("s1")), "not_found");
  assertEquals(tools.calls, ["close s1"]);

  const summary = await h.sessions.restore("s1");
  assertEquals([summary.title, summary.tags], ["One", ["work"]]);
  const back = await h.sessions.get("s1");
  assert(back !== session);
  assertEquals(back.state, session.state);
  assertEquals(back.state.epoch, epoch);
  assertEquals((await list(h, "1")).sessions, []);
  assertEquals(await codeOf(() => h.sessions.restore("s1")), "not_found");
  assertEquals((await back.submit(turnOf("running", "alice", { clientTurnId: "ct1" }))).duplicate, true);
  await back.submit(turnOf("next"));
  const next = await h.models.next();
  const asked = next.request.messages.map(({ content }) => content);
  assertEquals(asked.filter((content) => content !== "so far"), ["running", "next"]);
  next.finish();
});

Deno.test("a cursor from before the deletion goes on after the restore, without a gap [E2, R1, R3]", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  await session.submit(turnOf("one"));
  (await h.models.next()).finish();
  await h.until("s1", (event) => event.event === "turn.done");
  const cursor = { epoch: session.state.epoch, afterSeq: session.state.seq };
  await session.submit(turnOf("two"));
  await h.models.next();
  await h.sessions.remove("s1"); // which writes how the turn ends
  await h.sessions.restore("s1");

  const left = new AbortController();
  const seqs: number[] = [];
  for await (const item of h.follow({ sessionId: "s1", ...cursor }, left.signal)) {
    if (item.kind === "lines") seqs.push(...item.lines.map(({ seq }) => seq));
    else assertEquals(item.frame.type, "replay.complete");
    if (item.kind === "frame") break;
  }
  left.abort();
  const { seq } = (await h.sessions.get("s1")).state;
  assert(seq > cursor.afterSeq);
  assertEquals(seqs, Array.from({ length: seq - cursor.afterSeq }, (_, i) => cursor.afterSeq + 1 + i));
});

Deno.test("a cursor of another session that had the id meanwhile is reset cleanly [R3]", async () => {
  await using h = harness();
  await h.create({ sessionId: "s1", title: "first" });
  await h.sessions.remove("s1");
  const second = await h.create({ sessionId: "s1", title: "second" });
  await second.update({ title: "second again" });
  const { epoch, seq } = second.state;
  assertEquals(await codeOf(() => h.sessions.restore("s1")), "conflict");
  await h.store.remove("s1");
  await h.crash("s1");
  const other = harness(h.store);
  await other.sessions.restore("s1");
  const left = new AbortController();
  for await (const item of other.follow({ sessionId: "s1", epoch, afterSeq: seq }, left.signal)) {
    assert(item.kind === "frame" && item.frame.type === "resync.required");
    assertEquals(item.frame.reason, "epoch_changed");
    break;
  }
  left.abort();
  await other.sessions.stop(0);
});

Deno.test("remove() at once leaves nothing, of a session that is there and of one that was deleted before", async () => {
  const tools = notingTools();
  await using h = harness(undefined, undefined, tools);
  await h.create({ sessionId: "s1" });
  await h.create({ sessionId: "s2" });
  assertEquals(await h.sessions.remove("s1", true), null);
  await h.sessions.remove("s2");
  assertEquals(await h.sessions.remove("s2", true), null);
  assertEquals(tools.calls, ["close s1", "remove s1", "close s2", "remove s2"]);
  assertEquals((await list(h, "1")).sessions, []);
  for (const id of ["s1", "s2"]) assertEquals(await codeOf(() => h.sessions.restore(id)), "not_found");
  assertEquals(await codeOf(() => h.sessions.remove("s2", true)), "not_found");
});

Deno.test("another session with the id of a deleted one does not come across its files, nor loses its own", async () => {
  const tools = notingTools();
  await using h = harness(undefined, undefined, tools);
  await h.create({ sessionId: "s1", title: "old" });
  await h.sessions.remove("s1");
  await h.create({ sessionId: "s1", title: "new" });
  assertEquals(tools.calls, ["close s1", "remove s1"]);
  await h.store.purge("s1");
  assertEquals((await h.sessions.get("s1")).state.title, "new");
});

Deno.test("a deleted session waits until the one that has its id now is deleted for good, as the refusal says", async () => {
  await using h = harness();
  await h.create({ sessionId: "s1", title: "old" });
  await h.sessions.remove("s1");
  await h.create({ sessionId: "s1", title: "new" });
  const refusal = await assertRejects(() => h.sessions.restore("s1"), OptaError);
  assertStringIncludes(refusal.message, "opta sessions delete s1 --now");
  assertEquals(await h.sessions.remove("s1", true), null);
  assertEquals((await h.sessions.restore("s1")).title, "old");
});

Deno.test("an imported session does not come across the files of one whose time is over", async () => {
  let nowMs = NOW_MS;
  const tools = notingTools();
  await using h = harness(undefined, undefined, tools, { now: () => nowMs });
  await h.create({ sessionId: "s1" });
  await h.sessions.remove("s1");
  nowMs += RESTORE_GRACE_MS;
  const envelope = { v: "3", daemonId: "d", sessionId: "old", epoch: "e", seq: 1, ts: new Date(NOW_MS).toISOString() };
  const lines = () => ReadableStream.from([JSON.stringify({ ...envelope, event: "session.updated", payload: {} })]);
  await h.sessions.import("s1", lines(), true);
  assertEquals(tools.calls, ["close s1"]);
  assertEquals((await h.sessions.import("s1", lines(), false)).outcome, "imported");
  assertEquals(tools.calls, ["close s1", "remove s1"]);
});

Deno.test("what is due is purged by the next daemon, a few at a time, and can be neither listed nor restored", async () => {
  await using folder = await TempFolder.create();
  let nowMs = NOW_MS;
  const open = () => SqliteStore.open({ path: folder.database, bootId: "boot" });
  const count = MAX_PURGED_AT_ONCE + 3;
  {
    const store = await open();
    await using h = harness(store, "daemon_1", undefined, { now: () => nowMs });
    for (let i = 0; i < count; i++) {
      await h.create({ sessionId: `s${i}` });
      await h.sessions.remove(`s${i}`);
    }
    nowMs += RESTORE_GRACE_MS / 2;
    await h.create({ sessionId: "later" });
    await h.sessions.remove("later");
  }
  await using store = await open();
  const tools = notingTools();
  nowMs = NOW_MS + RESTORE_GRACE_MS - 1;
  const deleted = new DeletedSessions({ store, tools, report: () => {}, now: () => nowMs, maxSessions: 1_000 });
  assertEquals(await deleted.sweep(), { hasMore: false });
  assertEquals(await store.countDeleted(), count + 1);
  nowMs++;
  const query = { limit: 100, deleted: "1" as const };
  assertEquals((await deleted.list(query)).sessions.map(({ sessionId }) => sessionId), ["later"]);
  assertEquals(await codeOf(() => deleted.restore("s0")), "not_found");
  assertEquals(await deleted.sweep(), { hasMore: true });
  assertEquals(await store.countDeleted(), 4);
  assertEquals(await deleted.sweep(), { hasMore: false });
  assertEquals(await store.countDeleted(), 1);
  assertEquals(tools.calls.length, count);
  await deleted.restore("later");
});

Deno.test("a purge that broke off is done again, the files first", async () => {
  await using store = new MemoryStore();
  await store.append(creation("s"));
  let fails = true;
  const reports: string[] = [];
  const remove = () => fails ? Promise.reject(new Error("no disk")) : Promise.resolve();
  const report = (_: string, message: string) => void reports.push(message);
  const deleted = new DeletedSessions({ store, tools: { remove }, report, now: () => NOW_MS, maxSessions: 0 });
  await deleted.take("s");
  await deleted.sweep();
  assertEquals([await store.countDeleted(), reports.length], [1, 1]);
  fails = false;
  await deleted.sweep();
  assertEquals([await store.countDeleted(), reports.length], [0, 1]);
});

Deno.test("a session that cannot be purged keeps no other one from being purged", async () => {
  await using store = new MemoryStore();
  const reports: string[] = [];
  const remove = (sessionId: string) => sessionId === "a" ? Promise.reject(new Error("stuck")) : Promise.resolve();
  const report = (_: string, message: string) => void reports.push(message);
  const deleted = new DeletedSessions({ store, tools: { remove }, report, now: () => NOW_MS, maxSessions: 0 });
  for (const sessionId of ["a", "b"]) {
    await store.append(creation(sessionId));
    await deleted.take(sessionId);
  }
  assertEquals(await deleted.sweep(), { hasMore: false });
  assertEquals([await store.findDeleted("b"), await store.countDeleted(), reports.length], [null, 1, 1]);
});

Deno.test("as many deleted sessions wait as there may be sessions; those go first that were deleted first", async () => {
  let nowMs = NOW_MS;
  await using h = harness(undefined, undefined, undefined, { now: () => nowMs++, maxSessions: 2 });
  for (const sessionId of ["a", "b", "c", "d"]) {
    await h.create({ sessionId });
    await h.sessions.remove(sessionId);
  }
  assertEquals((await list(h, "1")).sessions.map(({ sessionId }) => sessionId), ["d", "c"]);
  await h.create();
  await h.create();
  assertEquals(await codeOf(() => h.sessions.restore("d")), "too_many_sessions");
});
