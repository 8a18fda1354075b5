import { assertEquals } from "@std/assert";
import { answerOf, initialState, messagesOf, type Turn } from "./state.ts";

const turn: Turn = {
  turnId: "t1",
  writerId: "w1",
  clientId: "c1",
  clientTurnId: null,
  mode: "chat",
  content: "Question",
  overrides: {},
  queuedAt: "",
  start: { at: "", model: "m", provider: "p", transport: "ws" },
  parts: [
    { kind: "thinking", partId: "p1", text: "Hm." },
    { kind: "text", partId: "p2", text: "One " },
    { kind: "tool", callId: "c1", toolName: "read_file", args: {} },
    { kind: "text", partId: "p3", text: "two." },
  ],
  cancelRequested: false,
};

Deno.test("answerOf() joins the text, without thinking and tools, and begins a paragraph after a tool", () => {
  assertEquals(answerOf(turn), "One \n\ntwo.");
});

Deno.test("messagesOf() tells the conversation, without turns that never started or said nothing", () => {
  const state = {
    ...initialState("s1", "e1"),
    imported: [{ role: "system" as const, content: "Be brief." }],
    turns: [turn, { ...turn, start: undefined }, { ...turn, content: "And?", parts: [] }],
  };
  assertEquals(messagesOf(state), [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Question" },
    { role: "assistant", content: "One \n\ntwo." },
    { role: "user", content: "And?" },
  ]);
});
