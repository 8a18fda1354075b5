import { assertEquals, assertStrictEquals } from "@std/assert";
import { attach, reached, record, soon, testOverBoth } from "./testing/attach.ts";

const alice = { clientId: "c1", writerId: "w1", kind: "script" };
const bob = { clientId: "c2", writerId: null, kind: "web" };

function present(...clients: unknown[]): string {
  return JSON.stringify({ type: "presence", sessionId: "s1", clients, more: 2 });
}

testOverBoth("Session.presence is who the daemon says is attached, told once for each change", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  assertEquals(session.presence, []);
  const told = record(session);
  daemon.sendRaw(present(alice, bob));
  daemon.sendRaw(present(alice, bob));
  daemon.sendRaw('{"type":"presence","sessionId":"other","clients":[],"more":0}');
  daemon.play("retitle");
  await session.until((state) => state.seq === daemon.log.headSeq, soon());
  assertEquals(told, ["presence c1 c2 +2", `event ${daemon.log.headSeq}`]);
  assertEquals([session.presence, session.presenceMore], [[alice, bob], 2]);
});

testOverBoth("Session.presence stays over a lost connection, and is nobody once closed", async (daemon, on) => {
  const session = attach(daemon, on);
  await session.caughtUp(soon());
  daemon.sendRaw(present(alice, bob));
  daemon.play("retitle");
  await session.until((state) => state.seq === daemon.log.headSeq, soon());
  const before = session.presence;
  daemon.hangUp();
  await reached(session, "waiting");
  await reached(session, "live");
  const told = record(session);
  daemon.sendRaw(present(alice, bob));
  daemon.play("retitle");
  await session.until((state) => state.seq === daemon.log.headSeq, soon());
  assertStrictEquals(session.presence, before);
  assertEquals(told, [`event ${daemon.log.headSeq}`]);
  await session.close();
  assertEquals([session.presence, session.presenceMore], [[], 0]);
});

testOverBoth(
  "a session says who writes there and with what, in whatever words others are to see",
  async (daemon, on) => {
    await using plain = attach(daemon, on);
    await plain.caughtUp(soon());
    await using named = attach(daemon, { ...on, clientId: "c9", writerId: "bob@laptop", kind: "my-tool" });
    await named.caughtUp(soon());
    const said = daemon.follows.map(({ clientId, writerId, kind }) => [clientId, writerId, kind]);
    assertEquals(said, [["c1", "w1", "script"], ["c9", "bob@laptop", "my-tool"]]);
  },
);

testOverBoth("a control frame of a later version is passed over", async (daemon, on) => {
  await using session = attach(daemon, on);
  await session.caughtUp(soon());
  const told = record(session);
  daemon.sendRaw('{"type":"weather","sessionId":"s1","clients":"fine"}');
  daemon.play("retitle");
  await session.until((state) => state.seq === daemon.log.headSeq, soon());
  assertEquals(told, [`event ${daemon.log.headSeq}`]);
});
