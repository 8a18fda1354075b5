import { assert, assertEquals } from "@std/assert";
import { titleOf } from "./title.ts";

Deno.test("titleOf() is the first line, cut without breaking a character", () => {
  assertEquals(titleOf("  First line \nsecond"), "First line");
  const emoji = `${"x".repeat(58)}😀😀`;
  const title = titleOf(emoji);
  assert(title.isWellFormed() && title.endsWith("…") && title.length <= 60);
});
