import { assertEquals } from "@std/assert";
import { slope } from "./slope.ts";

Deno.test("slope() fits a line", () => {
  assertEquals(slope([[0, 5], [1, 7], [2, 9]]), 2);
  assertEquals(slope([[0, 5], [2, 1], [4, 3]]), -0.5);
});

Deno.test("slope() has none for less than two moments", () => {
  assertEquals(slope([]), NaN);
  assertEquals(slope([[1, 2], [1, 3]]), NaN);
});
