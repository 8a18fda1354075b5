import { assertEquals } from "@std/assert";
import { initialState, type SessionState, type Turn } from "@opta/protocol";
import { announceChange } from "./announce_change.ts";
import { Announcer } from "./announcer.ts";

const turn = (answer: string, changes: Partial<Turn> = {}): Turn => ({
  ...{ turnId: "t", writerId: "ann", clientId: "c", clientTurnId: null, mode: "chat", content: "q", queuedAt: "" },
  ...{ overrides: {}, cancelRequested: false, parts: [{ kind: "text", partId: "p", text: answer }], ...changes },
});
const done: Turn["end"] = {
  ...{ kind: "done", finishReason: "stop", at: "" },
  stats: {
    ...{ tokens: 1, promptTokens: 0, completionTokens: 1, toolCalls: 0, elapsed: 1, speed: 1 },
    ...{ firstTokenLatencyMs: 1, usageSource: "reported" },
  },
};
const idle = initialState("s", "e");
const running = (answer: string): SessionState => ({ ...idle, active: turn(answer) });
const ended = (answer: string): SessionState => ({ ...idle, turns: [turn(answer, { end: done })] });

/** What is said aloud while the states follow each other. */
function said(...states: SessionState[]): string[] {
  const announcer = new Announcer();
  const texts: string[] = [];
  announcer.polite.subscribe(() => texts.push(announcer.polite.get()));
  states.reduce((before, state) => {
    announceChange(before, state, announcer);
    return state;
  });
  return texts;
}

Deno.test("announceChange() says that an answer begins and how it ended, and none of its tokens", () => {
  assertEquals(said(idle, running(""), running("Hel"), running("Hello"), ended("Hello")), [
    "The answer begins",
    "Hello",
  ]);
});

Deno.test("announceChange() reads out the beginning of a long answer", () => {
  const [, text = ""] = said(idle, running(""), ended("word ".repeat(500)));
  assertEquals([text.length < 400, text.endsWith("The rest stands in the transcript")], [true, true]);
});

Deno.test("announceChange() says nothing of what was there when the session was opened", () => {
  assertEquals(said(initialState("s", ""), ended("Hello")), []);
});
