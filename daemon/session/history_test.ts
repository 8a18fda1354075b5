import { type EventDraft, fold, initialState, parseEvent, type SessionState } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { historyOf } from "./history.ts";

/** Folds what happened, one event after another. */
function stateOf(...drafts: EventDraft[]): SessionState {
  return drafts.reduce((state, { event, payload }, i) => {
    const place = { v: "3", daemonId: "d1", sessionId: "s1", epoch: "e1", seq: i + 1, ts: "2026-03-01T12:00:00Z" };
    return fold(state, parseEvent({ ...place, event, payload }));
  }, initialState("s1", "e1"));
}

function turn(turnId: string): EventDraft[] {
  const who = { turnId, writerId: "w1", clientId: "c1" };
  return [
    { event: "turn.queued", payload: { ...who, position: 0, content: `Do ${turnId}`, mode: "do" } },
    { event: "turn.start", payload: { ...who, model: "m1", provider: "fake", transport: "sse" } },
    { event: "turn.token", payload: { turnId, partId: "p1", offset: 0, text: "Done." } },
    { event: "turn.error", payload: { ...who, message: "It broke.", code: "internal", retryable: true } },
  ];
}

function undone(kind: "undo" | "redo", files: string[], fileCount = files.length): EventDraft {
  const what = { changeSet: "t1", turnId: "t1", undoId: "undo_1", kind };
  return { event: "session.undone", payload: { ...what, files, fileCount } };
}

const texts = (state: SessionState) =>
  historyOf(state).turns.flatMap(({ messages }) => messages.map(({ role, content }) => `${role}: ${content}`));

const READ_AGAIN = "assistant: I will read these files again before I change them.";

Deno.test("historyOf() tells the model between the turns what a person undid, and brought back", () => {
  const state = stateOf(...turn("t1"), undone("undo", ["a", "b"]), undone("redo", ["a"]), ...turn("t2"));
  assertEquals(texts(state), [
    "user: Do t1",
    "assistant: Done.",
    'user: I have undone changes of yours: "a", "b" are as they were before them.',
    READ_AGAIN,
    'user: I have brought back changes of yours that I had undone: "a".',
    READ_AGAIN,
    "user: Do t2",
    "assistant: Done.",
  ]);
});

Deno.test("historyOf() names some of many undone files, and counts the rest", () => {
  const files = Array.from({ length: 30 }, (_, i) => `f${i}`);
  const note = texts(stateOf(...turn("t1"), undone("undo", files, 500)))[2] ?? "";
  assertEquals(note.split(", ").length, 20);
  assertEquals(note.slice(note.indexOf('"f19"')), '"f19" and 480 more are as they were before them.');
});
