import { assertEquals } from "@std/assert";
import { initialState, type Turn } from "@opta/protocol";
import { lastTurnOf, questionOf } from "./question_again.ts";

const turn = (turnId: string, writerId: string): Turn => ({
  ...{ turnId, writerId, clientId: "c", clientTurnId: null, mode: "do", content: turnId, queuedAt: "", parts: [] },
  overrides: { auto: true, dangerous: true, model: "m" },
  cancelRequested: false,
});

Deno.test("questionOf() renews no approval: it belonged to the turn that carried it [P5]", () => {
  assertEquals(questionOf(turn("a", "ann"), null), { content: "a", mode: "do", overrides: { model: "m" } });
});

Deno.test("lastTurnOf() is one's own", () => {
  const state = { ...initialState("s", "e"), turns: [turn("a", "ann"), turn("b", "bob")] };
  assertEquals([lastTurnOf(state, "ann")?.turnId, lastTurnOf(state, "eve")], ["a", null]);
});
