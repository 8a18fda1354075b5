import { assert, assertEquals, assertRejects } from "@std/assert";
import { fold, initialState, OptaError, parseEvent } from "@opta/protocol";
import { cursorFault, type FollowItem, snapshotLine } from "./follow.ts";
import { REPLAY_LIMIT_EVENTS } from "./limits.ts";
import { type Harness, harness } from "./testing/harness.ts";

/** Reads items until one satisfies `last`, that one included. */
async function take(items: AsyncGenerator<FollowItem>, last: (item: FollowItem) => boolean): Promise<FollowItem[]> {
  const taken: FollowItem[] = [];
  while (true) {
    const { value, done } = await items.next();
    if (done) return taken;
    taken.push(value);
    if (last(value)) return taken;
  }
}

const isFrame = (type: string) => (item: FollowItem) => item.kind === "frame" && item.frame.type === type;
const replayed = isFrame("replay.complete");
const seqs = (items: FollowItem[]) =>
  items.flatMap((item) => item.kind === "lines" ? item.lines.map((l) => l.seq) : []);

async function sessionWith(h: Harness, events: number): Promise<string> {
  const session = await h.create({ sessionId: "s1" });
  for (let i = 1; i < events; i++) void session.update({ title: `title ${i}` });
  if (events > 1) await session.update({ title: "last" });
  return session.state.sessionId;
}

Deno.test("follow() replays from the cursor, says so, then goes on live [R1, E3]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 5);
  const leave = new AbortController();
  const items = h.follow({ sessionId, afterSeq: 2 }, leave.signal);
  const replay = await take(items, replayed);
  assertEquals(seqs(replay), [3, 4, 5, 6]);
  const end = replay.at(-1);
  assert(end?.kind === "frame" && end.frame.type === "replay.complete");
  assertEquals(end.frame.headSeq, 6);

  const live = items.next();
  await (await h.sessions.get(sessionId)).update({ title: "live" });
  assertEquals(seqs([(await live).value as FollowItem]), [7]);
  leave.abort();
  assertEquals((await items.next()).done, true);
});

Deno.test("follow() sends the stored lines to the byte [E6]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 3);
  const leave = new AbortController();
  const items = await take(h.follow({ sessionId, afterSeq: 0 }, leave.signal), replayed);
  const sent = items.flatMap((item) => item.kind === "lines" ? item.lines : []);
  assertEquals(sent, await h.store.read(sessionId, 0, { maxEvents: 100, maxBytes: 1e6 }));
  leave.abort();
});

Deno.test("follow() of a long log from the start begins with a snapshot [R2]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, REPLAY_LIMIT_EVENTS + 1);
  const { state } = await h.sessions.get(sessionId);
  const leave = new AbortController();
  const items = await take(h.follow({ sessionId, afterSeq: 0 }, leave.signal), replayed);
  const [first] = items;
  assert(first?.kind === "lines" && first.lines.length === 1 && first.lines[0]);
  const snapshot = parseEvent(JSON.parse(first.lines[0].line));
  assertEquals(snapshot.event, "session.snapshot");
  assertEquals(snapshot.seq, state.seq);
  assertEquals(fold(initialState(sessionId, "other"), snapshot), state);
  assertEquals(await h.events(sessionId).then((events) => events.some((e) => e.event === "session.snapshot")), false);
  leave.abort();
});

Deno.test("follow() begins with a snapshot when asked to, and continues strictly after it [R2]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 4);
  const leave = new AbortController();
  const items = h.follow({ sessionId, afterSeq: 3, snapshot: true }, leave.signal);
  assertEquals(seqs(await take(items, replayed)), [5]);
  const live = items.next();
  await (await h.sessions.get(sessionId)).update({ title: "live" });
  assertEquals(seqs([(await live).value as FollowItem]), [6]);
  leave.abort();
  await items.return(undefined);
});

Deno.test("subscribers that are shown the same state share one snapshot line [R5]", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  const shown = snapshotLine("daemon_test", session.state);
  assert(snapshotLine("daemon_test", session.state) === shown);
  await session.update({ title: "later" });
  assertEquals([shown.seq, snapshotLine("daemon_test", session.state).seq], [1, 2]);
});

Deno.test("follow() never serves a cursor of another epoch or ahead of the head in part [R3]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 4);
  for (const cursor of [{ afterSeq: 2, epoch: "of-before" }, { afterSeq: 99 }]) {
    const leave = new AbortController();
    const items = await take(h.follow({ sessionId, ...cursor }, leave.signal), replayed);
    const [resync, snapshot] = items;
    assert(resync?.kind === "frame" && resync.frame.type === "resync.required");
    assertEquals([resync.frame.headSeq, resync.frame.earliestSeq], [5, 1]);
    assert(snapshot?.kind === "lines" && snapshot.lines[0]?.line.includes('"session.snapshot"'));
    assertEquals(seqs(items), [5], "the snapshot and nothing of the log");
    leave.abort();
  }
});

Deno.test("follow() with a cursor without epoch means the current one [R3]", () => {
  const head = { epoch: "e1", seq: 5 };
  assertEquals(cursorFault(head, { afterSeq: 5 }), null);
  assertEquals(cursorFault(head, { afterSeq: 5, epoch: "e1" }), null);
  assertEquals(cursorFault(head, { afterSeq: 6, epoch: "e1" }), "ahead_of_head");
  assertEquals(cursorFault(head, { afterSeq: 2, epoch: "e0" }), "epoch_changed");
});

Deno.test("follow() resyncs a live subscriber when the log gets a new epoch [E2, R3]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 4);
  const leave = new AbortController();
  const items = h.follow({ sessionId, afterSeq: 0 }, leave.signal);
  await take(items, replayed);
  const resynced = take(items, replayed);
  await h.store.rewrite(sessionId, 2, "newepoch");
  const [resync, snapshot] = await resynced;
  assert(resync?.kind === "frame" && resync.frame.type === "resync.required");
  assertEquals(resync.frame.reason, "epoch_changed");
  assertEquals(snapshot?.kind, "lines");
  leave.abort();
  await items.return(undefined);
});

Deno.test("follow() sends a heartbeat with the head when nothing else comes [R4]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 1);
  const leave = new AbortController();
  const items = h.follow({ sessionId, afterSeq: 0 }, leave.signal);
  await take(items, replayed);
  const next = items.next();
  h.heartbeat();
  const { value } = await next;
  assert(value?.kind === "frame" && value.frame.type === "heartbeat");
  assertEquals(value.frame.headSeq, 1);
  leave.abort();
  await items.return(undefined);
});

Deno.test("a subscriber that does not read costs no memory: it is a cursor, and reads on from there [R5]", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 1);
  const leave = new AbortController();
  const items = h.follow({ sessionId, afterSeq: 0 }, leave.signal);
  await take(items, replayed);
  const session = await h.sessions.get(sessionId);
  for (let i = 0; i < 3_000; i++) void session.update({ tags: [`t${i}`] });
  await session.update({ title: "end" });
  const late = await take(items, (item) => item.kind === "lines" && item.lines.at(-1)?.seq === session.state.seq);
  assertEquals(seqs(late), Array.from({ length: 3_001 }, (_, i) => i + 2));
  leave.abort();
  await items.return(undefined);
});

Deno.test("leaving changes nothing about a running turn [R6]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit({ clientId: "c", writerId: "w", content: "x", mode: "chat" });
  const answer = await h.models.next();
  const leave = new AbortController();
  const items = h.follow({ sessionId: session.state.sessionId, afterSeq: 0 }, leave.signal);
  await take(items, replayed);
  leave.abort();
  await items.return(undefined);
  assertEquals(answer.signal.aborted, false);
  answer.finish();
  await h.until(session.state.sessionId, (e) => e.event === "turn.done");
});

Deno.test("follow() of a session that is deleted ends; of one that does not exist it fails", async () => {
  await using h = harness();
  const sessionId = await sessionWith(h, 1);
  const items = h.follow({ sessionId, afterSeq: 0 }, new AbortController().signal);
  await take(items, replayed);
  const ended = items.next();
  await h.sessions.remove(sessionId);
  assertEquals((await ended).done, true);
  await assertRejects(() => h.follow({ sessionId, afterSeq: 0 }, new AbortController().signal).next(), OptaError);
});
