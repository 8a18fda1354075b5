import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { wrapCells, wrapProse } from "./wrap_cells.ts";

Deno.test("wrapCells() breaks anywhere and loses nothing, not even blanks", () => {
  assertEquals(wrapCells("ab cd  ef", 4), ["ab c", "d  e", "f"]);
  assertEquals(wrapCells("", 4), [""]);
  assertEquals(wrapCells("a\tb", 4), ["a   ", " b"]);
});

Deno.test("wrapCells() breaks between characters as people see them", () => {
  assertEquals(wrapCells("日本語", 5), ["日本", "語"]);
  assertEquals(wrapCells("e\u0301e\u0301e\u0301", 2), ["e\u0301e\u0301", "e\u0301"]);
  assertEquals(wrapCells("a日", 1), ["a", "\ufffd"]);
});

Deno.test("wrapProse() breaks between words, and long words anywhere", () => {
  assertEquals(wrapProse("one two three", 8), ["one two", "three"]);
  assertEquals(wrapProse("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
});

Deno.test("rows are never wider than the terminal, and make up the line again", () => {
  const pieces = fc.array(fc.constantFrom("a", " ", "日", "👩‍👩‍👧", "e\u0301", "🇩🇪", "ﷺ", "x".repeat(30))).map((all) =>
    all.join("")
  );
  fc.assert(fc.property(pieces, fc.integer({ min: 2, max: 30 }), (line, columns) => {
    const rows = wrapCells(line, columns);
    assertEquals(rows.join(""), line);
    for (const row of [...rows, ...wrapProse(line, columns)]) assert(stringWidth(row) <= columns);
  }));
});
