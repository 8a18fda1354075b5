import { assert, assertEquals } from "@std/assert";
import { MAX_LISTED_CLIENTS } from "@opta/protocol";
import { PRESENCE_DELAY_MS, PRESENCE_DELAY_MS_PER_FOLLOWER } from "./limits.ts";
import { attachedClient, Presence, type PresenceFrame, type Seat } from "./presence.ts";
import { ManualClock } from "./testing/manual_clock.ts";

const alice = { clientId: "a", writerId: "alice", kind: "terminal" };
const bob = { clientId: "b", writerId: "bob", kind: "web" };

interface Follower {
  seat: Seat;
  /** Every list that it was told. */
  told: PresenceFrame[];
}

function room() {
  const clock = new ManualClock();
  const presence = new Presence(clock.after);
  const enter = (client: typeof alice | null): Follower => {
    const told: PresenceFrame[] = [];
    const hear = (frame: PresenceFrame | null) => void (frame && told.push(frame));
    const seat = presence.enter("s", client, () => hear(seat.news()));
    hear(seat.present());
    return { seat, told };
  };
  return { clock, presence, enter, gather: () => clock.pass(PRESENCE_DELAY_MS) };
}

const names = (told: PresenceFrame[]) => told.map(({ clients }) => clients.map(({ clientId }) => clientId).join(""));

Deno.test("Presence tells who attaches at once, and the others when it has changed", () => {
  const { enter, gather, presence } = room();
  const a = enter(alice);
  const b = enter(bob);
  assertEquals([names(a.told), names(b.told)], [["a"], ["ab"]]);
  gather();
  assertEquals([names(a.told), names(b.told)], [["a", "ab"], ["ab"]]);
  b.seat[Symbol.dispose]();
  b.seat[Symbol.dispose]();
  gather();
  assertEquals(names(a.told), ["a", "ab", "a"]);
  assertEquals(a.told[1], { type: "presence", sessionId: "s", clients: [alice, bob], more: 0 });
  a.seat[Symbol.dispose]();
  assertEquals(presence.roomCount, 0);
});

Deno.test("Presence has one entry a client, however many connections it has, and shows what the newest says", () => {
  const { enter, gather } = room();
  const b = enter(bob);
  const first = enter(alice);
  const second = enter({ ...alice, kind: "editor" });
  gather();
  assertEquals(b.told.at(-1)?.clients, [bob, { ...alice, kind: "editor" }]);
  second.seat[Symbol.dispose]();
  gather();
  assertEquals(b.told.at(-1)?.clients, [bob, alice]);
  first.seat[Symbol.dispose]();
  gather();
  assertEquals(b.told.at(-1)?.clients, [bob]);
});

Deno.test("who comes back within the delay has not left, and nobody hears of it", () => {
  const { enter, gather } = room();
  const b = enter(bob);
  const a = enter(alice);
  gather();
  a.seat[Symbol.dispose]();
  const again = enter(alice);
  gather();
  assertEquals([names(b.told), names(again.told)], [["b", "ba"], ["ba"]]);
});

Deno.test("who comes back within the delay keeps its place, and nobody hears of it", () => {
  const { enter, gather } = room();
  const a = enter(alice);
  const b = enter(bob);
  gather();
  a.seat[Symbol.dispose]();
  const again = enter(alice);
  gather();
  assertEquals([names(b.told), names(again.told)], [["ab"], ["ab"]]);
  again.seat[Symbol.dispose]();
  gather();
  enter(alice);
  gather();
  assertEquals(names(b.told), ["ab", "b", "ba"]);
});

Deno.test("a follower that was told of somebody who has gone before the list is published is told the truth", () => {
  const { enter, gather } = room();
  const b = enter(bob);
  gather();
  const a = enter(alice);
  const late = enter({ ...bob, clientId: "c" });
  a.seat[Symbol.dispose]();
  gather();
  assertEquals([names(late.told), names(b.told)], [["bac", "bc"], ["b", "bc"]]);
});

Deno.test("a storm of 1,000 reconnects costs each follower a few lists of bounded length, not 1,000 [R5]", () => {
  const { enter, clock } = room();
  const watcher = enter(bob);
  const crowd = Array.from({ length: 1_000 }, (_, i) => enter({ ...alice, clientId: `c${i}` }));
  const settledMs = 2 * 1_001 * PRESENCE_DELAY_MS_PER_FOLLOWER;
  clock.pass(settledMs);
  for (const [i, follower] of crowd.entries()) {
    follower.seat[Symbol.dispose]();
    crowd[i] = enter({ ...alice, clientId: `again${i}` });
  }
  clock.pass(settledMs);
  const told = [watcher, ...crowd].reduce((sum, follower) => sum + follower.told.length, 0);
  assert(told <= 3 * 1_001, `${told} lists`);
  const last = watcher.told.at(-1);
  assertEquals([last?.clients.length, last?.more], [MAX_LISTED_CLIENTS, 1_001 - MAX_LISTED_CLIENTS]);
  assertEquals(last?.clients[0], bob);
});

Deno.test("a reader that takes nothing costs no queue: it is told the latest list alone [R5]", () => {
  const { presence, enter, gather } = room();
  const seat = presence.enter("s", bob, () => {});
  assertEquals(seat.present()?.clients, [bob]);
  for (const clientId of ["1", "2", "3"]) {
    enter({ ...alice, clientId });
    gather();
  }
  assertEquals(seat.news()?.clients.length, 4);
  assertEquals(seat.news(), null);
});

Deno.test("a follower without a name is counted and not told; one that says little is shown with that", () => {
  const { enter, gather } = room();
  const a = enter(alice);
  const nameless = enter(attachedClient({ clientId: "" }) as null);
  gather();
  assertEquals([a.told.at(-1)?.clients, a.told.at(-1)?.more, nameless.told], [[alice], 1, []]);
  assertEquals(attachedClient({ clientId: "x" }), { clientId: "x", writerId: null, kind: "unknown" });
});

Deno.test("Presence counts a client once over all sessions, and those without a name apart", () => {
  const { presence, enter, gather } = room();
  assertEquals(presence.census(), { kinds: {}, unnamed: 0 });
  const a = enter(alice);
  enter(alice);
  enter(bob);
  enter(null);
  presence.enter("another", bob, () => {});
  assertEquals(presence.census(), { kinds: { terminal: 1, web: 1 }, unnamed: 1 });
  a.seat[Symbol.dispose]();
  gather();
  assertEquals(presence.census().kinds, { terminal: 1, web: 1 }); // her second connection
});
