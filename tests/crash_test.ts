/** What `kill -9` of the real daemon costs: nothing that a client saw, nothing that was acknowledged. */
import { assert, assertEquals } from "@std/assert";
import { answerOf, type SessionState, stateFiles } from "@opta/protocol";
import { Session } from "@opta/protocol/client";
import { DatabaseSync } from "node:sqlite";
import { startDaemon } from "./support/start_daemon.ts";
import { startFakeModel } from "./support/start_fake_model.ts";
import { createSession, soon } from "./support/session.ts";

const outcomes = (state: SessionState) =>
  state.turns.map(({ content, end }) => [content, end?.kind === "error" ? end.code : end?.finishReason]);

Deno.test("kill -9 in the middle of a turn: history is whole, the turn is interrupted, the queued turn runs [E5, X1, S2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 500, pace: "manual", times: 1 });
  await using daemon = await startDaemon({ modelUrl: fake.url });
  const sessionId = await createSession(daemon);
  await using alice = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "a", writerId: "alice" });
  await using bob = Session.attach({
    endpoint: daemon.endpoint,
    sessionId,
    clientId: "b",
    writerId: "bob",
    transport: "sse",
  });
  await Promise.all([alice.caughtUp(soon()), bob.caughtUp(soon())]);
  const seen: number[] = [];
  alice.subscribe((change) => change.kind === "event" && seen.push(change.event.seq));

  await alice.submit("long", { signal: soon() });
  await fake.waitFor((stats) => stats.requests.some((request) => request.held));
  await bob.submit("queued", { signal: soon() });
  await fake.step(50);
  const text = (state: SessionState) => state.active ? answerOf(state.active) : "";
  const before = await alice.until((state) => text(state).split(/\s+/).length >= 40, soon());
  const lastSeen = Math.max(...seen);
  await daemon.kill("SIGKILL");
  await daemon.restart();

  const [a, b] = await Promise.all(
    [alice, bob].map((client) => client.until((state) => state.turns.length === 2, soon())),
  );
  assertEquals(outcomes(a!), [["long", "interrupted"], ["queued", "stop"]]);
  assert(answerOf(a!.turns[0]!).startsWith(text(before)), "what was seen is still there");
  assert(a!.seq > lastSeen);
  assertEquals(a, b);
  assertEquals(seen, seen.map((_, i) => seen[0]! + i), "not one event lost or doubled in alice's view");
  assertEquals(a!.epoch, before.epoch, "a killed process keeps the epoch [E2]");
});

Deno.test("kill -9 at random moments while three writers submit: no acknowledged turn is lost or run twice [E1, S2, S4]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 20, pace: 2_000 });
  await using daemon = await startDaemon({ modelUrl: fake.url });
  const sessionId = await createSession(daemon);
  const writers = ["alice", "bob", "carol"].map((writerId) =>
    Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: writerId, writerId })
  );
  try {
    const acknowledged: string[] = [];
    const submits = writers.map(async (writer, w) => {
      for (let i = 0; i < 8; i++) {
        const { turnId } = await writer.submit(`${w}-${i}`, { signal: AbortSignal.timeout(60_000) });
        acknowledged.push(turnId);
      }
    });
    for (let kills = 0; kills < 3; kills++) {
      const target = (kills + 1) * 5;
      await writers[0]!.until(
        (state) => state.turns.length + state.queue.length >= target,
        AbortSignal.timeout(60_000),
      );
      await daemon.kill("SIGKILL");
      await daemon.restart();
    }
    await Promise.all(submits);
    const states = await Promise.all(
      writers.map((writer) => writer.until((state) => state.turns.length === 24, AbortSignal.timeout(60_000))),
    );
    for (const state of states) {
      assertEquals(state.turns.map((turn) => turn.turnId).toSorted(), acknowledged.toSorted());
      assertEquals(new Set(state.turns.map((turn) => turn.content)).size, 24);
      assertEquals(state, states[0]);
    }
    const byWriter = (w: number) => states[0]!.turns.map((turn) => turn.content).filter((c) => c.startsWith(`${w}-`));
    for (const w of [0, 1, 2]) assertEquals(byWriter(w), Array.from({ length: 8 }, (_, i) => `${w}-${i}`));
  } finally {
    await Promise.all(writers.map((writer) => writer.close()));
  }
});

Deno.test("a graceful stop ends the running turn within its grace time and keeps the queue [S2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 5, pace: "manual", times: 1 });
  await using daemon = await startDaemon({ modelUrl: fake.url });
  const sessionId = await createSession(daemon);
  await using client = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "a", writerId: "alice" });
  await client.submit("long", { signal: soon() });
  await fake.waitFor((stats) => stats.requests.some((request) => request.held));
  await client.submit("queued", { signal: soon() });
  await daemon.stop();
  await fake.waitFor((stats) => stats.active === 0); // the model server was told
  await daemon.restart();
  const state = await client.until((state) => state.turns.length === 2, soon());
  assertEquals(outcomes(state), [["long", "interrupted"], ["queued", "stop"]]);
});

Deno.test("a hole in the log cuts it there with a new epoch, and a client from before is sent the truth [E2, R3]", async () => {
  await using daemon = await startDaemon();
  const sessionId = await createSession(daemon);
  await using client = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "a", writerId: "alice" });
  for (const content of ["say hello", "count to 5"]) await client.submit(content, { signal: soon() });
  const before = await client.until((state) => state.turns.length === 2, soon());
  await daemon.stop();
  const database = new DatabaseSync(`${daemon.stateDir}/${stateFiles.database}`);
  database.prepare("DELETE FROM events WHERE seq = ?").run(before.seq - 1);
  database.close();
  await daemon.restart();
  const after = await client.until((state) => state.epoch !== before.epoch, soon());
  assertEquals(after.seq, before.seq - 1, "what was good is kept, and the end of the open turn is written");
  assertEquals(outcomes(after), [["say hello", "stop"], ["count to 5", "interrupted"]]);
  const log = await Deno.readTextFile(`${daemon.stateDir}/${stateFiles.log}`);
  assert(log.includes("new epoch"), "it is said aloud");
});
