import { assert, assertEquals } from "@std/assert";
import { type CancelResult, initialState, type SessionState, type Turn } from "@opta/protocol";
import type { Session } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import { stripVTControlCharacters } from "node:util";
import type { KeyName } from "../../chat/keys.ts";
import { themeOf } from "../theme.ts";
import { QueuePane } from "./queue_pane.ts";

function turnOf(turnId: string, content: string, writerId = "me"): Turn {
  return {
    turnId,
    writerId,
    clientId: writerId,
    clientTurnId: null,
    mode: "chat",
    content,
    overrides: {},
    queuedAt: "",
    parts: [],
    cancelRequested: false,
  };
}

function queueOf(...queue: Turn[]) {
  let state: SessionState = { ...initialState("s", "e"), queue };
  let answer = Promise.withResolvers<CancelResult>();
  answer.resolve({ cancelled: 1, cancelledQueued: 1, cancelledActive: 0 });
  const cancelled: string[] = [];
  const composed: string[] = [];
  const failures: string[] = [];
  const pane = new QueuePane({
    theme: new Value(themeOf("none")),
    clientId: "me",
    writerId: "ann@laptop",
    session: () =>
      ({
        get state() {
          return state;
        },
        cancel({ turnId = "" }) {
          cancelled.push(turnId);
          return answer.promise;
        },
      }) as unknown as Session,
    compose: (text) => composed.push(text),
    say: () => {},
    fail: (error) => failures.push(String(error)),
    signal: new AbortController().signal,
  });
  pane.look(state);
  return {
    pane,
    cancelled,
    composed,
    failures,
    press: (...keys: KeyName[]) => keys.map((name) => pane.press({ name })),
    lines: (rows = 8) => pane.view({ columns: 60, rows }).lines.map((line) => stripVTControlCharacters(line).trimEnd()),
    answers() {
      answer = Promise.withResolvers();
      return answer;
    },
    ended(turn: Turn) {
      state = { ...state, turns: [turn] };
    },
    become(...queue: Turn[]) {
      state = { ...state, queue };
      pane.look(state);
    },
    settled: async () => {
      for (let i = 0; i < 9; i++) await Promise.resolve(); // what the answer to a cancel sets off
    },
  };
}

Deno.test("QueuePane lists what waits, with the names of others, and counts what does not fit", () => {
  const { lines } = queueOf(turnOf("1", "first\nmore"), turnOf("2", "second", "bob"));
  assertEquals(lines(), ["  1. first …", "  2. bob: second"]);
  const many = queueOf(...Array.from({ length: 20 }, (_, i) => turnOf(String(i), `message ${i}`)));
  assertEquals(many.lines(3).length, 3);
  assert(many.lines().some((line) => line.includes("more wait")));
  assertEquals(queueOf().lines(), []);
});

Deno.test("QueuePane takes an own turn back into the composer", async () => {
  const queue = queueOf(turnOf("1", "first"), turnOf("2", "second"));
  assertEquals(queue.press("up"), [false], "plain keys are for the composer");
  queue.press("altUp", "up", "enter");
  await queue.settled();
  assertEquals([queue.cancelled, queue.composed], [["1"], ["first"]]);
});

Deno.test("QueuePane takes back what the same person has written elsewhere", async () => {
  const queue = queueOf({ ...turnOf("1", "from the phone", "ann@laptop"), clientId: "another" });
  assertEquals(queue.lines(), ["  1. from the phone"]);
  queue.press("altUp", "enter");
  await queue.settled();
  assertEquals(queue.composed, ["from the phone"]);
});

Deno.test("QueuePane asks for a turn once, shows that it does, and says when the answer had just begun", async () => {
  const queue = queueOf(turnOf("1", "first"));
  const answer = queue.answers();
  queue.press("altUp", "enter", "altUp", "enter");
  assertEquals([queue.cancelled, queue.lines()], [["1"], ["  1. first  being taken back …"]]);
  answer.resolve({ cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
  await queue.settled();
  assertEquals([queue.composed, queue.failures.length], [["first"], 1]);
  assert(queue.failures[0]?.includes("had just begun"));
});

Deno.test("QueuePane takes a turn back whose cancel was answered on a connection that was lost", async () => {
  const nothing = { cancelled: 0, cancelledQueued: 0, cancelledActive: 0 };
  const turn = turnOf("1", "first");
  const stats = { tokens: 0, promptTokens: 0, completionTokens: 0, toolCalls: 0, elapsed: 0, speed: 0 };
  const end: Turn["end"] = {
    kind: "done",
    finishReason: "cancelled",
    stats: { ...stats, firstTokenLatencyMs: null, usageSource: "estimated" },
    at: "",
  };
  const queue = queueOf(turn);
  queue.answers().resolve(nothing);
  queue.ended({ ...turn, end });
  queue.press("altUp", "enter");
  await queue.settled();
  assertEquals([queue.composed, queue.failures], [["first"], []]);

  const missed = queueOf(turn);
  missed.answers().resolve(nothing);
  missed.press("altUp", "enter");
  await missed.settled();
  assertEquals([missed.composed, missed.failures.length], [[], 1]);
});

Deno.test("QueuePane leaves a turn alone that has begun meanwhile, and says so", async () => {
  const queue = queueOf(turnOf("1", "first"));
  queue.press("altUp");
  const begun = queue.pane;
  queue.become();
  assertEquals(begun.press({ name: "enter" }), false, "nothing is chosen any more");
  await queue.settled();
  assertEquals(queue.cancelled, []);
});

Deno.test("QueuePane removes what somebody else wrote only when it is asked twice, and edits none of it", async () => {
  const queue = queueOf(turnOf("1", "theirs", "bob"));
  queue.press("altUp", "enter");
  assertEquals(queue.failures.length, 1);
  queue.press("altUp", "delete");
  assert(queue.lines().some((line) => line.includes("once more")));
  assertEquals(queue.cancelled, []);
  queue.press("delete");
  await queue.settled();
  assertEquals([queue.cancelled, queue.composed], [["1"], []]);
});

Deno.test("QueuePane lets go of the choice when somebody types, and the key goes on to the composer", () => {
  const queue = queueOf(turnOf("1", "first"));
  queue.press("altUp");
  assertEquals(queue.pane.press({ name: "text", text: "a" } as never), false);
  assertEquals(queue.press("delete"), [false]);
});
