import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { colorsFor } from "./colors.ts";
import { wrapWords } from "./wrap_words.ts";

Deno.test("wrapWords() breaks between words, under the indent", () => {
  assertEquals(wrapWords("one two three", 80), "one two three");
  assertEquals(wrapWords("one two three", 7), "one two\nthree");
  assertEquals(wrapWords("  one two\n\nthree", 6), "  one\n  two\n\nthree");
  assertEquals(wrapWords("a  b c d", 5, "  "), "a  b\n  c d");
  assertEquals(wrapWords("日本 日本", 8), "日本\n日本");
});

Deno.test("wrapWords() leaves an address whole, and colours out of account", () => {
  assertEquals(wrapWords("see https://example.com/a/b there", 8), "see\nhttps://example.com/a/b\nthere");
  const { red } = colorsFor(true, {});
  assertEquals(wrapWords(red("one two three"), 7), red("one two\nthree"));
});

Deno.test("wrapWords() loses no word, and no row is wider than it must be", () => {
  const words = fc.array(fc.stringMatching(/^[a-zé漢]{1,12}$/), { minLength: 1 });
  fc.assert(fc.property(words, fc.integer({ min: 1, max: 30 }), (words, columns) => {
    const rows = wrapWords(words.join(" "), columns).split("\n");
    assertEquals(rows.join(" ").split(" "), words);
    for (const row of rows) assert(stringWidth(row) <= columns || !row.includes(" "), row);
  }));
});
