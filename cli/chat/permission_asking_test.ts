import { type EventDraft, type SessionState } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { ManualClock } from "../../protocol/client/testing/clocks.ts";
import type { Key } from "./keys.ts";
import { PermissionAsking } from "@opta/view/permission/permission_asking";
import { PAINT_GUARD_MS, TYPING_GUARD_MS } from "@opta/view/permission/permission_keys";
import { play, turn } from "./testing/session_script.ts";

const { queued, start, asked, decided } = turn(1);
const key = (text: string): Key => ({ name: "text", text });

function open() {
  const clock = new ManualClock();
  const sent: string[] = [];
  let asks = 0;
  const asking = new PermissionAsking({
    clock,
    canExplain: true,
    onAsk: () => asks++,
    onGone: () => {},
    onChange: () => {},
    resolve: (requestId, { decision }) => Promise.resolve(sent.push(`${requestId} ${decision}`)),
    onError: () => {},
  });
  let state: SessionState = play([queued(), start()]);
  return {
    ...{ clock, asking, sent },
    asks: () => asks,
    happen(...drafts: EventDraft[]): void {
      state = play(drafts, (_, next) => asking.look(next), state);
    },
  };
}

Deno.test("no key counts before the request was painted, however long that takes [security 13]", () => {
  const { clock, asking, sent, happen } = open();
  happen(asked("r1"));
  clock.pass(60_000);
  assertEquals([asking.press(key("y"), true).kind, asking.asked?.phase], ["free", "unseen"]);
  clock.pass(60_000);
  asking.painted();
  clock.pass(PAINT_GUARD_MS - 1);
  asking.painted(); // each frame says it: that neither begins the guard time anew nor ends it
  assertEquals(asking.asked?.phase, "guarded");
  clock.pass(1);
  assertEquals([asking.press(key("y"), true).kind, sent], ["decide", ["r1 allow"]]);
});

Deno.test("who types while a request comes up has the longer guard time [security 13]", () => {
  const { clock, asking, sent, happen } = open();
  asking.press(key("h"), true);
  happen(asked("r1"));
  asking.painted();
  clock.pass(TYPING_GUARD_MS - 1);
  assertEquals([asking.press(key("y"), true).kind, sent], ["free", []]);
  clock.pass(TYPING_GUARD_MS);
  assertEquals(asking.press(key("y"), true).kind, "decide");
});

Deno.test("a request that was covered, or shows other lines, takes keys only when it was painted anew", () => {
  const { clock, asking, happen } = open();
  happen(asked("r1"));
  asking.painted();
  clock.pass(PAINT_GUARD_MS);
  assertEquals(asking.asked?.phase, "open");
  asking.unseen();
  clock.pass(60_000);
  assertEquals(asking.press(key("y"), true).kind, "free");
  asking.painted();
  clock.pass(TYPING_GUARD_MS);
  assertEquals(asking.press(key("n"), true).kind, "decide");
});

Deno.test("Escape while the reason is written goes back to the question", () => {
  const { clock, asking, sent, happen } = open();
  happen(asked("r1"));
  asking.painted();
  clock.pass(PAINT_GUARD_MS);
  asking.press(key("d"), true);
  assertEquals([asking.isWriting, asking.press({ name: "escape" }, true).kind], ["reason", "taken"]);
  asking.enter("too late");
  assertEquals([asking.isWriting, asking.isAsking, sent], [null, true, []]);
});

Deno.test("requests wait behind the one that is asked, and it is known how many", () => {
  const { asking, asks, happen } = open();
  happen(asked("r1"), asked("r2"), asked("r3"));
  assertEquals([asking.waiting, asks()], [2, 1]);
  happen(decided("r2"));
  assertEquals([asking.waiting, asking.asked?.request.requestId], [1, "r1"]);
  happen(decided("r1"));
  assertEquals([asking.waiting, asking.asked?.request.requestId, asks()], [0, "r3", 2]);
});

Deno.test("a reset leaves no timer behind", () => {
  const { clock, asking, happen } = open();
  asking.press(key("h"), true);
  happen(asked("r1"));
  asking.painted();
  asking.reset();
  assertEquals([clock.timerCount, asking.isAsking], [0, false]);
});
