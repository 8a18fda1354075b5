import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { KeyName } from "../chat/keys.ts";
import { endPlace, type Place, pressScroll, scrolledTo, START } from "./scroll.ts";
import { documentOf } from "./text_document.ts";

const ten = documentOf([{ text: Array.from({ length: 10 }, (_, i) => `line ${i}`).join("\n") }]);
const size = { columns: 20, rows: 4 };
const walk = (...names: ("up" | "down" | "pageUp" | "pageDown" | "home" | "end")[]) =>
  names.reduce<Place>((place, name) => pressScroll(ten, place, { name }, size)!, START);
const shown = (place: Place) => scrolledTo(ten, place, size);

Deno.test("a text scrolls by lines, pages and to both ends, and not beyond them", () => {
  assertEquals(walk("down", "down").line, 2);
  assertEquals(walk("up").line, 0);
  assertEquals(walk("pageDown").line, 3);
  assertEquals(walk("end").line, 6);
  assertEquals(walk("end", "down", "pageDown").line, 6);
  assertEquals(walk("end", "pageUp").line, 3);
  assertEquals(walk("end", "home"), START);
  assertEquals(pressScroll(ten, START, { name: "left" as KeyName }, size), null);
});

Deno.test("it is known how many lines are above and below", () => {
  const { rows, above, below } = shown({ line: 2, row: 0 });
  assertEquals([rows.map(({ text }) => text), above, below], [["line 2", "line 3", "line 4", "line 5"], 2, 4]);
  assertEquals([shown(START).above, shown(walk("end")).below], [0, 0]);
});

Deno.test("a line that is broken is scrolled row by row, and counts as hidden until its last row is seen", () => {
  const text = documentOf([{ text: `${"a".repeat(30)}${"b".repeat(30)}\nend` }]);
  const first = scrolledTo(text, START, { columns: 10, rows: 3 });
  assertEquals([first.rows.length, first.above, first.below], [3, 0, 2]);
  const next = pressScroll(text, START, { name: "down" }, { columns: 10, rows: 3 })!;
  assertEquals(next, { line: 0, row: 1 });
  assertEquals(scrolledTo(text, next, { columns: 10, rows: 3 }).above, 1);
  assertEquals(endPlace(text, { columns: 10, rows: 3 }), { line: 0, row: 4 });
});

Deno.test("a place that is not there any more is the nearest that is: after another width, or at the end", () => {
  assertEquals(scrolledTo(ten, { line: 0, row: 7 }, { columns: 80, rows: 4 }).place, START);
  assertEquals(scrolledTo(ten, { line: Infinity, row: 0 }, size).place.line, 6);
  assertEquals(scrolledTo(documentOf([]), START, size), { place: START, rows: [], above: 0, below: 0 });
});

Deno.test("wherever keys lead, the rows are filled while there is text for them", () => {
  const names = fc.array(
    fc.constantFrom("up" as const, "down" as const, "pageUp" as const, "pageDown" as const, "end" as const),
  );
  const lines = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(
      lines,
      names,
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 12 }),
      (lengths, keys, rows, columns) => {
        const text = documentOf([{ text: lengths.map((length) => "x".repeat(length)).join("\n") }]);
        const total = Array.from({ length: text.lineCount }, (_, i) => text.rowsOf(i, columns).length).reduce(
          (a, b) => a + b,
          0,
        );
        let place = START;
        for (const name of keys) place = pressScroll(text, place, { name }, { columns, rows })!;
        const scrolled = scrolledTo(text, place, { columns, rows });
        assertEquals(scrolled.rows.length, Math.min(rows, total));
        assert(scrolled.above + scrolled.below <= text.lineCount * 2);
      },
    ),
  );
});
