import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { edit, type Editor, emptyEditor, remember, withText } from "./editor.ts";
import type { Key, KeyName } from "./keys.ts";

/** Presses keys; a string of one word in brackets is a key's name, any other is typed. */
function press(editor: Editor, ...keys: string[]): Editor {
  return keys.reduce((editor, key) => edit(editor, keyOf(key)), editor);
}

function keyOf(key: string): Key {
  const name = /^<(\w+)>$/.exec(key)?.[1];
  return name ? { name: name as KeyName } : { name: "text", text: key };
}

/** The text with `|` where the cursor is. */
function view({ text, cursor }: Editor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

const empty = emptyEditor([]);

Deno.test("edit() types, moves and deletes", () => {
  assertEquals(view(press(empty, "abc", "<left>", "X", "<backspace>", "<backspace>")), "a|c");
  assertEquals(view(press(empty, "abc", "<home>", "<delete>", "<right>", "Y")), "bY|c");
  assertEquals(view(press(empty, "abc", "<home>", "<left>", "<backspace>", "<end>", "<right>", "<delete>")), "abc|");
});

Deno.test("edit() takes a character as people see it for one", () => {
  assertEquals(view(press(empty, "a👨‍👩‍👧é", "<backspace>", "<backspace>")), "a|");
  assertEquals(view(press(empty, "a👨‍👩‍👧b", "<left>", "<left>")), "a|👨‍👩‍👧b");
  assertEquals(view(press(empty, "🍎b", "<home>", "<delete>")), "|b");
});

Deno.test("edit() moves and deletes by words and lines", () => {
  assertEquals(view(press(empty, "one two  ", "<killWord>")), "one |");
  assertEquals(view(press(empty, "one two", "<wordLeft>", "<wordLeft>", "<wordRight>")), "one| two");
  assertEquals(view(press(empty, "one two", "<home>", "<killWordRight>")), "| two");
  assertEquals(view(press(empty, "one two", "<wordLeft>", "<killToStart>")), "|two");
  assertEquals(view(press(empty, "one two", "<wordLeft>", "<killToEnd>")), "one |");
});

Deno.test("edit() moves between the lines of a message before it goes to the history", () => {
  const editor = press(emptyEditor(["old"]), "one", "<newline>", "three");
  assertEquals(view(press(editor, "<up>")), "one|\nthree");
  assertEquals(view(press(editor, "<up>", "<home>", "<down>")), "one\n|three");
  assertEquals(view(press(editor, "<up>", "<up>")), "old|");
  assertEquals(view(press(editor, "<up>", "<up>", "<down>")), "one\nthree|");
});

Deno.test("edit() walks the history and comes back to what was typed", () => {
  const editor = press(emptyEditor(["one", "two"]), "typed");
  assertEquals(view(press(editor, "<up>")), "two|");
  assertEquals(view(press(editor, "<up>", "<up>", "<up>")), "one|");
  assertEquals(view(press(editor, "<up>", "<up>", "<down>", "<down>", "<down>")), "typed|");
  assertEquals(view(press(editor, "<up>", "!", "<up>")), "two|");
});

Deno.test("remember() keeps the latest messages, each once in a row", () => {
  const editor = remember(press(emptyEditor(["one", "two"]), "three"), "three", 2);
  assertEquals([editor.text, editor.history], ["", ["two", "three"]]);
  assertEquals(remember(editor, "three", 2).history, ["two", "three"]);
  assertEquals(remember(editor, "", 2).history, ["two", "three"]);
  assertEquals(view(press(editor, "<up>")), "three|");
});

Deno.test("withText() puts the cursor behind the text", () => assertEquals(view(withText(empty, "ab")), "ab|"));

Deno.test("edit() keeps the cursor within the text and never in half a character", () => {
  const key = fc.constantFrom(
    ..."a|é|🍎|👨‍👩‍👧| |\n|<newline>|<backspace>|<delete>|<left>|<right>|<up>|<down>|<home>|<end>|<wordLeft>|<wordRight>"
      .split("|"),
    ..."<killWord>|<killWordRight>|<killToStart>|<killToEnd>|<enter>".split("|"),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 30 }), (keys) => {
      const { text, cursor } = press(emptyEditor(["\n", "old\nlines"]), ...keys);
      const starts = [...new Intl.Segmenter().segment(text)].map(({ index }) => index);
      return cursor === text.length || starts.includes(cursor);
    }),
    { numRuns: 1_000 },
  );
});
