/** Many clients on one session of the real daemon: one order, one history, whatever the transport. */
import { assert, assertEquals } from "@std/assert";
import { answerOf } from "@opta/protocol";
import { hashState, Session } from "@opta/protocol/client";
import fc from "fast-check";
import { createSession, soon } from "./support/session.ts";
import { startDaemon } from "./support/start_daemon.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

Deno.test("two clients see a turn live, a third attaches late and sees it whole, over WS and SSE alike [R1, R2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["one ", "two ", "three ", "four"], thinking: ["hm"], pace: "manual" });
  await using daemon = await startDaemon({ modelUrl: fake.url, provider: "openai" });
  const sessionId = await createSession(daemon);
  const attach = (writerId: string, transport: "ws" | "sse") =>
    Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: writerId, writerId, transport });
  await using alice = attach("alice", "ws");
  await using bob = attach("bob", "sse");
  await Promise.all([alice.caughtUp(soon()), bob.caughtUp(soon())]);

  await alice.submit("count", { signal: soon() });
  await fake.waitFor((stats) => stats.requests.some((request) => request.held));
  await fake.step(3); // the thought and two tokens
  const halfway = (text: string) => (state: { active: Parameters<typeof answerOf>[0] | null }) =>
    state.active !== null && answerOf(state.active) === text;
  await Promise.all([alice, bob].map((client) => client.until(halfway("one two "), soon())));

  await using carol = attach("carol", "sse");
  await carol.caughtUp(soon());
  assertEquals(answerOf(carol.state.active!), "one two ");
  await fake.step(3);
  const states = await Promise.all(
    [alice, bob, carol].map((client) => client.until((state) => state.turns.length === 1, soon())),
  );
  assertEquals(answerOf(states[0]!.turns[0]!), "one two three four");
  const hashes = await Promise.all(states.map(hashState));
  assertEquals(new Set(hashes).size, 1);
});

Deno.test("eight writers at once: one order that everybody sees, each acknowledged turn runs once [S1, S3]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 3 });
  await using daemon = await startDaemon({ modelUrl: fake.url });
  const names = Array.from({ length: 8 }, (_, i) => `writer-${i}`);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat({ max: 7 }), { minLength: 8, maxLength: 32 }),
      fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      async (order, overWs) => {
        const sessionId = await createSession(daemon);
        const clients = names.map((writerId, i) =>
          Session.attach({
            endpoint: daemon.endpoint,
            sessionId,
            clientId: writerId,
            writerId,
            transport: overWs[i] ? "ws" : "sse",
          })
        );
        try {
          await Promise.all(clients.map((client) => client.caughtUp(soon())));
          const acks = await Promise.all(
            order.map((writer, i) => clients[writer]!.submit(`turn ${i}`, { signal: soon() })),
          );
          const states = await Promise.all(
            clients.map((client) => client.until((state) => state.turns.length === order.length, soon())),
          );
          const [first] = states;
          assert(first);
          for (const state of states) assertEquals(state, first);
          assertEquals(first.turns.map((turn) => turn.turnId).toSorted(), acks.map((ack) => ack.turnId).toSorted());
          const accepted = acks.map((ack, i) => ({ ...ack, writer: names[order[i]!]! }));
          for (const { turnId, writer } of accepted) {
            assertEquals(first.turns.find((turn) => turn.turnId === turnId)?.writerId, writer);
          }
        } finally {
          await Promise.all(clients.map((client) => client.close()));
        }
      },
    ),
    { numRuns: 6 },
  );
});

Deno.test("leaving in the middle changes nothing: the turn goes on without anybody attached [R6]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["a", "b", "c"], pace: "manual" });
  await using daemon = await startDaemon({ modelUrl: fake.url });
  const sessionId = await createSession(daemon);
  const options = { endpoint: daemon.endpoint, sessionId, clientId: "a", writerId: "alice" };
  {
    await using client = Session.attach(options);
    await client.submit("x", { signal: soon() });
    await fake.waitFor((stats) => stats.requests.some((request) => request.held));
  }
  await fake.step(4);
  await fake.waitFor((stats) => stats.ended.finished === 1);
  await using back = Session.attach(options);
  const state = await back.until((state) => state.turns.length === 1, soon());
  assertEquals(answerOf(state.turns[0]!), "abc");
});

Deno.test("cancel by one client reaches the model server and shows to the other, in prefill and while streaming [C1, C2]", async () => {
  await using fake = await startFakeModel();
  await using daemon = await startDaemon({ modelUrl: fake.url });
  const sessionId = await createSession(daemon);
  await using alice = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "a", writerId: "alice" });
  await using bob = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "b", writerId: "bob" });
  for (const [i, rule] of [{ prefill: "manual" as const }, { tokens: 9, pace: "manual" as const }].entries()) {
    await fake.script(rule);
    const { turnId } = await alice.submit(`x${i}`, { signal: soon() });
    await fake.waitFor((stats) => stats.requests.some((request) => request.held));
    const result = await bob.cancel({ turnId }, soon());
    assertEquals(result.cancelled, 1);
    await fake.waitFor((stats) => stats.active === 0);
    const state = await alice.until((state) => state.turns.length === i + 1, soon());
    const end = state.turns[i]?.end;
    assert(end?.kind === "done");
    assertEquals(end.finishReason, "cancelled");
    assertEquals((await bob.cancel({ turnId }, soon())).cancelled, 0, "twice is harmless [C3]");
  }
});

Deno.test("whoever is attached sees who else is, over either transport, and that somebody has left", async () => {
  await using daemon = await startDaemon();
  const sessionId = await createSession(daemon);
  const attach = (writerId: string, transport: "ws" | "sse", kind: string) =>
    Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: `c-${writerId}`, writerId, transport, kind });
  await using alice = attach("alice", "ws", "terminal");
  await using bob = attach("bob", "sse", "web");
  await Promise.all([alice, bob].map((session) => whenPresent(session, ["alice (terminal)", "bob (web)"])));
  await bob.close();
  await whenPresent(alice, ["alice (terminal)"]);
  await using carol = attach("carol", "sse", "editor");
  await whenPresent(carol, ["alice (terminal)", "carol (editor)"]);
  await alice.close();
  await whenPresent(carol, ["carol (editor)"]);
});

/** Resolves when these are attached; fails at the failure limit with who is then. */
function whenPresent(session: Session, wanted: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = soon();
    const found = () => session.presence.map(({ writerId, kind }) => `${writerId} (${kind})`).sort();
    const giveUp = () => reject(new Error(`Attached are ${found().join(", ")}, not ${wanted.join(", ")}.`));
    const look = () => {
      if (found().join() !== wanted.join()) return;
      unsubscribe();
      limit.removeEventListener("abort", giveUp);
      resolve();
    };
    const unsubscribe = session.subscribe(look);
    limit.addEventListener("abort", giveUp);
    look();
  });
}
