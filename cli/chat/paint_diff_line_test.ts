import { assertEquals } from "@std/assert";
import { colorsFor } from "../output/colors.ts";
import { paintDiffLine } from "./paint_diff_line.ts";

Deno.test("paintDiffLine() makes added green and removed red", () => {
  const colors = colorsFor(true, {});
  assertEquals(paintDiffLine({ kind: "added" }, "+a", colors), "\x1b[32m+a\x1b[39m");
  assertEquals(paintDiffLine({ kind: "removed" }, "-a", colors), "\x1b[31m-a\x1b[39m");
});
