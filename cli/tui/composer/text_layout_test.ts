import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { TextLayouts } from "./text_layout.ts";
import { WrappedLine } from "./wrapped_line.ts";

const none = () => null;

/** Lays `|` out as the cursor; the rows come with `|` where it stands. */
function layOut(marked: string, columns: number, maxRows: number, layouts = new TextLayouts(none)): string[] {
  const cursor = marked.indexOf("|");
  const { rows, cursorRow, cursorColumn } = layouts.layOut({ text: marked.replace("|", ""), cursor }, columns, maxRows);
  return rows.map((row, i) => i === cursorRow ? `${row.slice(0, cursorColumn)}|${row.slice(cursorColumn)}` : row);
}

Deno.test("TextLayouts breaks lines between words, and words that are longer than a row anywhere", () => {
  assertEquals(layOut("one two three|", 9, 5), ["one two ", "three|"]);
  assertEquals(layOut("one two| three", 7, 5), ["one two| ", "three"]);
  assertEquals(layOut("a bcdefghijkl|", 5, 5), ["a ", "bcdef", "ghijk", "l|"]);
  assertEquals(layOut("abcde|", 5, 5), ["abcde|"]);
  assertEquals(layOut("abcde |", 5, 5), ["abcde ", "|"]);
  assertEquals(layOut("\n\na|", 5, 5), ["", "", "a|"]);
});

Deno.test("TextLayouts counts columns, not characters", () => {
  const layouts = new TextLayouts(none);
  assertEquals(layouts.layOut({ text: "漢字e\u0301👩‍👩‍👧x", cursor: 4 }, 20, 5).cursorColumn, 5);
  assertEquals(layOut("漢字漢字|", 5, 5).length, 2);
  assertEquals(layOut("\tx|", 20, 5)[0]?.startsWith("    x"), true);
});

Deno.test("TextLayouts shows the cursor in the middle of a long text, and all of its beginning and end", () => {
  const lines = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  const text = lines.join("\n");
  const at = (line: number) => layOut(text.replace(`line ${line}\n`, `|line ${line}\n`), 20, 5);
  assertEquals(at(0), ["|line 0", "line 1", "line 2", "line 3", "line 4"]);
  assertEquals(at(10), ["line 8", "line 9", "|line 10", "line 11", "line 12"]);
  assertEquals(layOut(`${text}|`, 20, 5).at(-1), "line 19|");
});

Deno.test("TextLayouts moves to the row above or below, in lines that are broken as well", () => {
  const layouts = new TextLayouts(none);
  const place = { text: "one two three\nfour", cursor: 8 };
  const column = layouts.columnOf(place, 9);
  assertEquals([column, layouts.moved(place, 9, -1, 2), layouts.moved(place, 9, 1, 2)], [0, 2, 16]);
  assertEquals(layouts.moved({ ...place, cursor: 2 }, 9, -1, 2), null);
  assertEquals(layouts.moved({ ...place, cursor: 2 }, 9, 9, 99), 18);
  assertEquals(layouts.moved({ ...place, cursor: 9 }, 9, -1, 99), 7, "not into the next row");
});

const text = fc.string({
  unit: fc.constantFrom("a", "bc", " ", "\n", "\t", "漢", "e\u0301", "👩‍👩‍👧", "\u200d", "🇩🇪", "\u0600", "é"),
  maxLength: 60,
});

Deno.test("TextLayouts keeps rows within the columns and the cursor on them, and loses no character", () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 70 }), (...given) => {
      const [text, at, columns, maxRows] = given;
      const starts = [...new Intl.Segmenter().segment(text)].map(({ index }) => index);
      const cursor = [...starts, text.length][at % (starts.length + 1)]!;
      const layout = new TextLayouts(none).layOut({ text, cursor }, columns, maxRows);
      assert(layout.rows.length <= maxRows && layout.cursorRow < layout.rows.length);
      assert(layout.cursorColumn <= columns, `${layout.cursorColumn}`);
      for (const row of layout.rows) assert(stringWidth(row.replace(/ $/, "")) <= columns, JSON.stringify(row));
      const isWhole = !layout.isCutAbove && !layout.isCutBelow;
      if (isWhole && columns >= 4) {
        const shown = text.replaceAll("\t", "    ").replaceAll("\n", "");
        assertEquals(layout.rows.join(""), shown);
      }
    }),
  );
});

Deno.test("TextLayouts gives after a change what it gives for the new text alone", () => {
  const changes = fc.array(fc.record({ at: fc.nat(), cut: fc.nat(4), text }), { maxLength: 8 });
  fc.assert(fc.property(text, changes, fc.integer({ min: 1, max: 12 }), (begun, changes, columns) => {
    const layouts = new TextLayouts(none);
    let place = { text: begun, cursor: begun.length };
    for (const { at, cut, text } of changes) {
      assertEquals(layouts.layOut(place, columns, 6), new TextLayouts(none).layOut(place, columns, 6));
      const start = at % (place.text.length + 1);
      const next = place.text.slice(0, start) + text + place.text.slice(start + cut);
      place = { text: next, cursor: Math.min(next.length, start + text.length) };
    }
  }));
});

Deno.test("WrappedLine ends a row of characters that take no columns", () => {
  const line = new WrappedLine("\u0301".repeat(5_000), 10, none);
  assert(line.lastRow > 1);
  assertEquals(line.rowAt(5_000), line.lastRow);
});
