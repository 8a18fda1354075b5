import { assertEquals } from "@std/assert";
import { formatCandidate } from "./candidate.ts";

Deno.test("formatCandidate() keeps a description on one line without anything a terminal acts on", () => {
  const description = "a\tb\nc \x1b]0;title\x07\x1b[31mred\u202e \u{e0041}`touch x` $(touch x) 'q\" 100%:";
  assertEquals(formatCandidate({ word: "w", description }), "w\ta b c red `touch x` $(touch x) 'q\" 100%:");
});

Deno.test("formatCandidate() cuts a long description, and not through a character", () => {
  const line = formatCandidate({ word: "w", description: "x".repeat(98) + "😀😀" })!;
  assertEquals(line, `w\t${"x".repeat(98)}\ufffd…`);
});

Deno.test("formatCandidate() leaves out a word that would not be what it looks like", () => {
  for (const word of ["", "a\tb", "a\nb", "a\x1b[31m", "\u202eb", "a\u2028b", " a"]) {
    assertEquals(formatCandidate({ word, description: "" }), null, JSON.stringify(word));
  }
  assertEquals(formatCandidate({ word: "$(touch x) `y`", description: "" }), "$(touch x) `y`\t"); // the shells quote it
});
