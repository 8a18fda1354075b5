import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { fitWidth } from "./fit_width.ts";

Deno.test("fitWidth() cuts what is too wide, and says so", () => {
  assertEquals(fitWidth("12345", 5), "12345");
  assertEquals(fitWidth("123456", 5), "1234…");
  assertEquals(fitWidth("漢字漢字", 8), "漢字漢字");
  assertEquals(fitWidth("漢字漢字", 7), "漢字漢…");
});

Deno.test("fitWidth() never gives more than the columns", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 1, max: 40 }), (text, columns) => {
    assert(stringWidth(fitWidth(text, columns)) <= Math.max(columns, 1));
  }));
});
