import { assertEquals } from "@std/assert";
import { play, turn } from "../chat/testing/session_script.ts";
import { Transcript } from "../chat/transcript.ts";
import { colorsFor } from "../output/colors.ts";
import { historyOf } from "./watch_session.ts";

const colors = colorsFor(false, {});
const newTranscript = () => new Transcript({ clientId: "watcher", colors, columns: () => 80 });

const ended = [1, 2, 3].flatMap((id) => {
  const { queued, start, text, done } = turn(id, { content: `question ${id}` });
  return [queued(), start(), text(`answer ${id}`), done()];
});
const running = turn(4, { content: "question 4" });
const state = play([...ended, running.queued(), running.start(), running.text("so far")]);
const withoutFigures = (text: string) => text.replaceAll(/^test-model.*\n/gm, "");

Deno.test("historyOf() shows the latest turns and the running one, and says how many are left out", () => {
  assertEquals(
    withoutFigures(historyOf(newTranscript(), state, 1, colors)),
    "… 2 earlier turns; --tail all shows everything\n\nann› question 3\nanswer 3\n\nann› question 4\nso far",
  );
  assertEquals(historyOf(newTranscript(), state, 0, colors), "ann› question 4\nso far");
});

Deno.test("historyOf() shows everything where nothing is to be left out", () => {
  const all = newTranscript().history(state);
  for (const tail of [3, 10, Infinity]) assertEquals(historyOf(newTranscript(), state, tail, colors), all);
});

Deno.test("what historyOf() has left out does not come later", () => {
  const transcript = newTranscript();
  historyOf(transcript, state, 0, colors);
  const after = play([running.text(", all"), running.done()], () => {}, state);
  assertEquals(withoutFigures(transcript.change({ kind: "reset" }, after)), ", all\n\n");
});
