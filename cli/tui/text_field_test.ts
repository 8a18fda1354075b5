import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { editField, emptyField, fieldView, MAX_FIELD_LENGTH } from "./text_field.ts";

Deno.test("editField() takes text and editing keys, and leaves the others", () => {
  const typed = editField(emptyField("ab"), { name: "text", text: "c\nd\te" });
  assertEquals([typed?.text, typed?.cursor], ["abc d e", 7]);
  assertEquals(editField(emptyField("ab cd"), { name: "killWord" })?.text, "ab ");
  for (const name of ["up", "enter", "tab", "escape", "newline"] as const) {
    assertEquals(editField(emptyField("ab"), { name }), null);
  }
});

Deno.test("editField() does not take more than a field may hold", () => {
  const field = emptyField("x".repeat(MAX_FIELD_LENGTH));
  assertEquals(editField(field, { name: "text", text: "y" }), field);
});

Deno.test("fieldView() shows the part around the cursor", () => {
  assertEquals(fieldView(emptyField("abcdef"), 4), { text: "def", cursorColumn: 3 });
  assertEquals(fieldView({ ...emptyField("abcdef"), cursor: 1 }, 4), { text: "abc", cursorColumn: 1 });
  assertEquals(fieldView(emptyField("日本語"), 5), { text: "本語", cursorColumn: 4 });
  assertEquals(fieldView(emptyField("geheim"), 20, true), { text: "••••••", cursorColumn: 6 });
});

Deno.test("fieldView() leaves room for the cursor, wherever it stands", () => {
  fc.assert(fc.property(
    fc.string({ unit: "grapheme", maxLength: 60 }),
    fc.nat(),
    fc.integer({ min: 2, max: 30 }),
    (text, at, columns) => {
      let field = emptyField(text);
      for (let i = 0; i < at % 20; i++) field = editField(field, { name: "left" })!;
      const { text: shown, cursorColumn } = fieldView(field, columns);
      assert(stringWidth(shown) <= columns && cursorColumn >= 0 && cursorColumn < columns);
    },
  ));
});
