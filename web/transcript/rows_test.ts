import { assertEquals } from "@std/assert";
import { initialState, type SessionState, type Turn } from "@opta/protocol";
import { findRows, nextFound } from "./find_rows.ts";
import { currentTurn, estimateHeight, rowAt, rowCount } from "./rows.ts";

function turn(turnId: string, content = turnId, answer = ""): Turn {
  return {
    ...{
      turnId,
      content,
      writerId: "ann",
      clientId: "c",
      clientTurnId: null,
      mode: "chat",
      overrides: {},
      queuedAt: "",
    },
    parts: answer === "" ? [] : [{ kind: "text", partId: "p", text: answer }],
    cancelRequested: false,
  };
}

function stateOf(changes: Partial<SessionState>): SessionState {
  return { ...initialState("s", "e"), ...changes };
}

const keys = (state: SessionState) => Array.from({ length: rowCount(state) }, (_, i) => rowAt(state, i).key);

Deno.test("a turn keeps its row while it waits for its model, runs and has ended", () => {
  const imported = [{ role: "user" as const, content: "hello" }];
  const waits = stateOf({ imported, turns: [turn("a")], queue: [turn("b"), turn("c")] });
  const runs = stateOf({ imported, turns: [turn("a")], active: turn("b"), queue: [turn("c")] });
  const ended = stateOf({ imported, turns: [turn("a"), turn("b")] });
  assertEquals([keys(waits), keys(runs), keys(ended)], [["m0", "a", "b"], ["m0", "a", "b"], ["m0", "a", "b"]]);
  assertEquals([currentTurn(waits)?.turnId, currentTurn(ended)], ["b", null]);
});

Deno.test("estimateHeight() grows with what is said", () => {
  const of = (answer: string) => estimateHeight({ kind: "turn", key: "a", turn: turn("a", "q", answer) }, 90);
  assertEquals(of("short") < of("long ".repeat(100)), true);
});

Deno.test("findRows() finds questions and answers in any case, and nothing for an empty query", () => {
  const state = stateOf({ turns: [turn("a", "Rivers"), turn("b", "x", "Of RIVERS and hills"), turn("c", "hills")] });
  assertEquals([findRows(state, " rivers "), findRows(state, "hills"), findRows(state, "  ")], [[0, 1], [1, 2], []]);
});

Deno.test("nextFound() goes on from where one is, and round at the ends", () => {
  const found = [2, 5, 9];
  assertEquals([nextFound(found, 3, false), nextFound(found, 10, false), nextFound([], 0, false)], [5, 2, null]);
  assertEquals([nextFound(found, 5, true), nextFound(found, 4, true), nextFound(found, 1, true)], [5, 2, 9]);
});
