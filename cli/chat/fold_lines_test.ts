import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { foldLines } from "./fold_lines.ts";

Deno.test("foldLines() shows so many lines and counts the others", () => {
  assertEquals(foldLines(["a", "b", "c"], 2, 100), { shown: ["a", "b"], hidden: 1 });
  assertEquals(foldLines(["a", "b"], 2, 100), { shown: ["a", "b"], hidden: 0 });
  assertEquals(foldLines([], 2, 100), { shown: [], hidden: 0 });
});

Deno.test("foldLines() folds long lines as well, and shows the beginning of the first one in any case", () => {
  assertEquals(foldLines(["12345", "67890", "x"], 9, 8), { shown: ["12345"], hidden: 2 });
  assertEquals(foldLines(["1234567890", "x"], 9, 8), { shown: ["12345678…"], hidden: 2 });
});

Deno.test("foldLines() keeps within its bounds", () => {
  const bound = fc.integer({ min: 1, max: 30 });
  fc.assert(fc.property(fc.array(fc.string()), bound, bound, (lines, maxLines, maxLength) => {
    const { shown, hidden } = foldLines(lines, maxLines, maxLength);
    assert(shown.length <= maxLines && shown.join("").length <= maxLength + 1);
    if (hidden === 0) assertEquals(shown, lines);
  }));
});
