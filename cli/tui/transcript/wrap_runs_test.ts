import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { type Line, type Run, textOf } from "./run.ts";
import { widthOf, wrapExactly, wrapRuns } from "./wrap_runs.ts";

const run = (text: string): Run => ({ text, roles: [] });
const texts = (lines: readonly Line[]) => lines.map(textOf);

Deno.test("wrapRuns() breaks between words, and words that are too long", () => {
  assertEquals(texts(wrapRuns([run("one two three")], 8)), ["one two", "three"]);
  assertEquals(texts(wrapRuns([run("one tw"), run("o three")], 8)), ["one two", "three"]);
  assertEquals(texts(wrapRuns([run("a abcdefghij k")], 5)), ["a", "abcde", "fghij", "k"]);
  assertEquals(texts(wrapRuns([run("12345 678")], 5)), ["12345", "678"]);
  assertEquals(texts(wrapRuns([run("a\n\n  b")], 5)), ["a", "", "  b"]);
});

Deno.test("wrapRuns() keeps wide and combining characters whole, and breaks between wide ones", () => {
  assertEquals(texts(wrapRuns([run("漢字漢字 ab")], 5)), ["漢字", "漢字", "ab"]);
  assertEquals(texts(wrapRuns([run("👩‍👩‍👧👩‍👩‍👧x")], 4)), ["👩‍👩‍👧👩‍👩‍👧", "x"]);
  assertEquals(texts(wrapRuns([run("e"), run("\u0301e\u0301e\u0301")], 2)), ["e\u0301e\u0301", "e\u0301"]);
  assertEquals(texts(wrapRuns([run("漢a")], 1)), ["\ufffd", "a"]);
});

Deno.test("wrapRuns() keeps what each piece is", () => {
  const lines = wrapRuns([run("one "), { text: "two three", roles: ["strong"] }], 8);
  assertEquals(lines, [[run("one "), { text: "two", roles: ["strong"] }], [{ text: "three", roles: ["strong"] }]]);
});

Deno.test("wrapExactly() breaks at the edge and keeps each blank", () => {
  assertEquals(texts(wrapExactly([run("  a  b   c")], 4)), ["  a ", " b  ", " c"]);
});

Deno.test("no line is wider than its columns, and nothing but blanks is lost", () => {
  const piece = fc.constantFrom(
    "a",
    " ",
    "word",
    "漢",
    "\u0301",
    "👩‍👩‍👧",
    "\u200d",
    "\ufe0f",
    "🇩",
    "❤",
    "\n",
    "ｶﾞ",
    "한",
    "   ",
  );
  const runs = fc.array(fc.array(piece, { maxLength: 12 }).map((pieces) => run(pieces.join(""))), { maxLength: 5 });
  fc.assert(
    fc.property(runs, fc.integer({ min: 2, max: 12 }), (all, columns) => {
      for (const lines of [wrapRuns(all, columns), wrapExactly(all, columns)]) {
        for (const line of lines) {
          assert(stringWidth(textOf(line)) <= columns, JSON.stringify(line));
          assertEquals(widthOf(line) >= stringWidth(textOf(line)), true);
        }
        assertEquals(
          texts(lines).join("").replaceAll(/[ \n]/g, ""),
          all.map(({ text }) => text).join("").replaceAll(/[ \n]/g, ""),
        );
      }
      assertEquals(
        texts(wrapExactly(all, columns)).join(""),
        all.map(({ text }) => text).join("").replaceAll("\n", ""),
      );
    }),
    { numRuns: 1_000 },
  );
});
