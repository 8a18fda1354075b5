import { assertEquals, assertThrows } from "@std/assert";
import { initialState } from "@opta/protocol";
import { CliError } from "../exit.ts";
import { questionAgain } from "./retry_turn.ts";
import { play, turn } from "./testing/session_script.ts";

const here = { clientId: "here", writerId: "ann" };
const mine = turn(1, { content: "mine" });
const bobs = turn(2, { writerId: "bob", clientId: "there", content: "bob's" });

Deno.test("questionAgain() takes the last message of this writer, however its turn ended", () => {
  const usual = { content: "mine", mode: "chat" as const, overrides: {} };
  for (const end of [mine.done(), mine.done("cancelled"), mine.error("bad-response", "No.")]) {
    assertEquals(questionAgain(play([mine.queued(), mine.start(), end, bobs.queued(1)]), here), usual);
  }
  const both = play([mine.queued(), mine.start(), mine.done(), bobs.queued(), bobs.start(), bobs.done()]);
  assertEquals(questionAgain(both, here), usual);
  assertEquals(questionAgain(both, { clientId: "there", writerId: "bob" }).content, "bob's");
});

Deno.test("questionAgain() keeps mode and overrides, but renews no approval that another program gave [P5]", () => {
  const overrides = { model: "qwen", noCommit: true, auto: true, dangerous: true };
  const asked = mine.queued();
  if (asked.event !== "turn.queued") throw new Error("The script begins otherwise");
  const state = play([{ ...asked, payload: { ...asked.payload, mode: "plan", overrides } }, mine.start(), mine.done()]);
  assertEquals(questionAgain(state, here), { content: "mine", mode: "plan", overrides });
  const { auto: _, dangerous: __, ...harmless } = overrides;
  assertEquals(questionAgain(state, { ...here, clientId: "later" }), {
    content: "mine",
    mode: "plan",
    overrides: harmless,
  });
});

Deno.test("questionAgain() refuses when nothing was asked, or an answer is on its way", () => {
  assertThrows(() => questionAgain(initialState("s", "e"), here), CliError, "asked nothing");
  assertThrows(() => questionAgain(play([bobs.queued(), bobs.start(), bobs.done()]), here), CliError, "asked nothing");
  assertThrows(() => questionAgain(play([mine.queued()]), here), CliError, "not answered yet");
  assertThrows(() => questionAgain(play([mine.queued(), mine.start()]), here), CliError, "not answered yet");
});
