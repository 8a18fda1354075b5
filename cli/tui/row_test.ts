import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { assertFits, plainLines } from "./testing/assert_fits.ts";
import { paintRow, type Row, spread } from "./row.ts";
import { themeOf } from "./theme.ts";

const dark = themeOf("dark");
const anyText = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("日本", "👩‍👩‍👧", "e\u0301", "\x1b[31mx", "a\nb"));
const anyRow: fc.Arbitrary<Row> = fc.array(
  fc.tuple(anyText, fc.constantFrom("dim" as const, "bad" as const, undefined)),
);

Deno.test("paintRow() paints each piece, and cuts what does not fit", () => {
  assertEquals(paintRow([["a ", "dim"], ["bcd"]], 10, dark), "\x1b[2ma \x1b[22mbcd");
  assertEquals(paintRow([["a "], ["bcd"]], 4, dark), "a b…");
});

Deno.test("paintRow() fills the whole width with one style, for a bar", () => {
  assertEquals(paintRow([["a", "bad"]], 4, dark, "selected"), "\x1b[7ma   \x1b[27m");
});

Deno.test("paintRow() is one line, safe, and never wider than the terminal [security 10]", () => {
  fc.assert(
    fc.property(anyRow, anyText, fc.integer({ min: 1, max: 40 }), fc.boolean(), (row, right, columns, isBar) => {
      const spreadOut = spread(row, right, columns);
      for (const one of [row, spreadOut]) {
        assertFits({ lines: [paintRow(one, columns, dark, isBar ? "selected" : undefined)] }, { columns, rows: 1 });
      }
    }),
  );
});

Deno.test("spread() puts the right piece at the edge, and leaves it out where the left one needs the room", () => {
  const lineOf = (columns: number) =>
    plainLines({ lines: [paintRow(spread([["a long name"]], "5 h ago", columns), columns, dark)] })[0];
  assertEquals(lineOf(24), "a long name      5 h ago");
  assertEquals(lineOf(20), "a long name  5 h ago");
  assertEquals(lineOf(16), "a long name");
  assert(lineOf(8)!.length <= 8);
});
