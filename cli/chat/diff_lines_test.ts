import { assertEquals } from "@std/assert";
import { colorsFor } from "../colors.ts";
import { countChanges, paintDiffLine, readDiff } from "./diff_lines.ts";

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
  const first = ["header", "header", "hunk", "same", "removed", "added", "same"];
  assertEquals(kinds, [...first, "hunk", "removed", "added", "added", "same"]);
  assertEquals(countChanges(readDiff(diff)), { added: 3, removed: 2 });
});

Deno.test("readDiff() makes the best of what is no proper diff", () => {
  assertEquals(readDiff("+a\n-b\nc").map(({ kind }) => kind), ["added", "removed", "header"]);
});

Deno.test("paintDiffLine() makes added green and removed red", () => {
  const colors = colorsFor(true, {});
  assertEquals(paintDiffLine({ kind: "added", text: "+a" }, "+a", colors), "\x1b[32m+a\x1b[39m");
  assertEquals(paintDiffLine({ kind: "removed", text: "-a" }, "-a", colors), "\x1b[31m-a\x1b[39m");
});
