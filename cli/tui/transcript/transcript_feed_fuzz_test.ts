import { assertEquals } from "@std/assert";
import { loadLanguage } from "@opta/view/highlight";
import * as fc from "fast-check";
import { play, turn } from "../../chat/testing/session_script.ts";
import { assertFits, plainLines } from "../testing/assert_fits.ts";
import { newFeed } from "./testing/feeds.ts";
import { hostilePieces } from "./testing/hostile_pieces.ts";

const fragments = [
  ..."\n\n\n  \t#*_`~>|-+=1.)[](){}<>!&;:/\\\r",
  ...["\n\n", "\n- ", "\n  - ", "\n1. ", "\n> ", "\n```js\n", "\n```\n", "\n~~~\n", "\n    code", "\n---\n", "\n# "],
  ...["| a | b |\n|---|:-:|\n", "\n| 1 | 2 |", "**bold** ", "_em_ ", "`code` ", "[link](https://a.example) ", "- [x] "],
  ...hostilePieces,
  ...["x".repeat(70), "&#27;[31m", "\u2028", "\x85", "text ", "some more words ", "\r\n", "sentence after sentence. "],
];
const nasty = fc.array(fc.constantFrom(...fragments), { maxLength: 80 }).map((parts) => parts.join(""));
const anyLife = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant("text" as const),
        text: nasty,
        cuts: fc.array(fc.nat(300), { maxLength: 20 }),
      }),
    },
    fc.record({ kind: fc.constant("thinking" as const), text: nasty, cuts: fc.constant([]) }),
    fc.record({ kind: fc.constant("tool" as const), text: nasty, cuts: fc.constant([]) }),
  ),
  { maxLength: 5 },
);

Deno.test("whatever a model writes: nothing throws, lines fit, and what is printed is what one shot gives", async () => {
  await loadLanguage("js");
  // Of a paragraph that is printed early it is not known yet that its last line makes a heading of it.
  const bare = (lines: readonly string[]) =>
    plainLines({ lines }).join("\n").replace(/thought(?: for \d+ s)?/g, "thought").replaceAll(/[-=•\s─│┼]/g, "");
  fc.assert(
    fc.property(
      anyLife,
      fc.integer({ min: 20, max: 80 }),
      fc.integer({ min: 3, max: 12 }),
      fc.nat(40),
      (life, columns, rows, lost) => {
        const one = turn(1);
        const drafts = [one.queued(), one.start()];
        life.forEach(({ kind, text, cuts }, at) => {
          if (kind === "tool") drafts.push(one.toolStart(`c${at}`, "x", { path: text }), one.toolEnd(`c${at}`, text));
          else {for (const piece of chop(text, cuts)) {
              drafts.push(kind === "text" ? one.text(piece) : one.thinking(piece));
            }}
        });
        drafts.push(one.done());
        const made = newFeed({ columns, rows });
        const lines: string[] = [];
        const state = play(drafts, (event, now) => {
          if (now.seq === lost && event.event !== "turn.done") return;
          const blocks = made.feed.take(now.seq === lost + 1 ? structuredClone(now) : now);
          lines.push(...blocks.flatMap((block) => block.lines));
          assertFits({ lines: made.live() }, { columns, rows });
        });
        assertFits({ lines }, { columns, rows: lines.length });
        assertEquals(made.errors, []);
        const whole = newFeed({ columns, rows }).feed.history(state, 1).flatMap((block) => block.lines);
        const isTabular = life.some(({ text }) => text.includes("|"));
        const sorted = (text: string) =>
          isTabular ? [...text].filter((unit) => /[a-z漢字]/.test(unit)).sort().join("") : text;
        assertEquals(sorted(bare(lines)), sorted(bare(whole)));
      },
    ),
    { numRuns: 300 },
  );
});

function chop(whole: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((end, i) => whole.slice(places[i], end)).filter((piece) => piece !== "");
}
