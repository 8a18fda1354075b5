import { assertEquals } from "@std/assert";
import { countChanges, readDiff } from "./read_diff.ts";

const diff = [
  "--- a/list.md",
  "+++ b/list.md",
  "@@ -1,3 +1,3 @@",
  " title",
  "--- a rule",
  "+++ another",
  " end",
  "@@ -9 +9,2 @@",
  "-x",
  "+y",
  "+z\r",
  "\\ No newline at end of file",
  "",
].join("\n");

Deno.test("readDiff() tells a removed line from the header of a file", () => {
  const kinds = readDiff(diff).map(({ kind }) => kind);
  const first = ["header", "header", "hunk", "context", "removed", "added", "context"];
  assertEquals(kinds, [...first, "hunk", "removed", "added", "added", "context"]);
  assertEquals(countChanges(readDiff(diff)), { added: 3, removed: 2 });
});

Deno.test("readDiff() makes the best of what is no proper diff", () => {
  assertEquals(readDiff("+a\n-b\nc").map(({ kind }) => kind), ["added", "removed", "header"]);
});

Deno.test("readDiff() numbers the lines of both files", () => {
  const numbers = readDiff(diff).map(({ before, after }) => [before, after]);
  assertEquals(numbers.slice(3, 7), [[1, 1], [2, null], [null, 2], [3, 3]]);
  assertEquals(numbers.slice(7), [[null, null], [9, null], [null, 9], [null, 10], [null, null]]);
});
