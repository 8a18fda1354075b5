import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { emptyEditor, withText } from "./editor.ts";
import { INDENT, layOut, rowsTaken } from "./prompt_layout.ts";

const at = (text: string, cursor = text.length) => ({ ...withText(emptyEditor([]), text), cursor });

Deno.test("layOut() puts the cursor behind the text", () => {
  assertEquals(layOut(at(""), 20, 5), { rows: [""], cursorRow: 0, cursorColumn: 2 });
  assertEquals(layOut(at("abc"), 20, 5), { rows: ["abc"], cursorRow: 0, cursorColumn: 5 });
  assertEquals(layOut(at("abc", 1), 20, 5), { rows: ["abc"], cursorRow: 0, cursorColumn: 3 });
});

Deno.test("layOut() breaks rows before the edge and at line ends", () => {
  assertEquals(layOut(at("abcdefgh"), 8, 5), { rows: ["abcde", "fgh"], cursorRow: 1, cursorColumn: 5 });
  assertEquals(layOut(at("a\n\nb", 2), 8, 5), { rows: ["a", "", "b"], cursorRow: 1, cursorColumn: 2 });
  assertEquals(layOut(at("a\n"), 8, 5), { rows: ["a", ""], cursorRow: 1, cursorColumn: 2 });
});

Deno.test("layOut() counts wide characters twice and never cuts one", () => {
  assertEquals(layOut(at("漢字漢字"), 8, 5), { rows: ["漢字", "漢字"], cursorRow: 1, cursorColumn: 6 });
  assertEquals(layOut(at("a👨‍👩‍👧b", 9), 20, 5), { rows: ["a👨‍👩‍👧b"], cursorRow: 0, cursorColumn: 5 });
});

Deno.test("layOut() shows a tab as blanks", () => {
  assertEquals(layOut(at("\ta"), 20, 5), { rows: ["    a"], cursorRow: 0, cursorColumn: 7 });
});

Deno.test("layOut() shows the rows around the cursor of a text that is higher than the screen", () => {
  const text = "1\n2\n3\n4\n5";
  assertEquals(layOut(at(text), 20, 2), { rows: ["4", "5"], cursorRow: 1, cursorColumn: 3 });
  assertEquals(layOut(at(text, 0), 20, 2), { rows: ["1", "2"], cursorRow: 0, cursorColumn: 2 });
  assertEquals(layOut(at(text, 4), 20, 2), { rows: ["2", "3"], cursorRow: 1, cursorColumn: 2 });
});

Deno.test("layOut() never leaves the screen", () => {
  const text = fc.array(fc.constantFrom("a", " ", "\n", "\t", "漢", "👨‍👩‍👧", "é")).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(
      text,
      fc.nat(),
      fc.integer({ min: 8, max: 20 }),
      fc.integer({ min: 1, max: 4 }),
      (text, place, columns, maxRows) => {
        const starts = [...new Intl.Segmenter().segment(text)].map(({ index }) => index);
        const cursor = [...starts, text.length][place % (starts.length + 1)]!;
        const { rows, cursorRow, cursorColumn } = layOut(at(text, cursor), columns, maxRows);
        return rows.length >= 1 && rows.length <= maxRows && cursorRow >= 0 && cursorRow < rows.length &&
          cursorColumn >= INDENT && cursorColumn < columns && rows.every((row) => INDENT + stringWidth(row) < columns);
      },
    ),
  );
});

Deno.test("rowsTaken() counts what a narrower terminal makes of a row", () => {
  assertEquals(rowsTaken("", 10), 1);
  assertEquals(rowsTaken("12345678", 10), 1);
  assertEquals(rowsTaken("123456789", 10), 2);
});
