/** A line that is typed into a pane: what keys do, and the part of it around the cursor that fits. Pure. */
import stringWidth from "string-width";
import { edit, type Editor, emptyEditor, withText } from "../chat/editor.ts";
import type { Key } from "../chat/keys.ts";

/** UTF-16 units of a name, a search or a setting: the daemon takes titles of as many, and rules of four times as many. */
export const MAX_FIELD_LENGTH = 2_000;

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function emptyField(text = ""): Editor {
  return withText(emptyEditor([]), text);
}

/** `null` for a key that is not for a line of text. */
export function editField(field: Editor, key: Key): Editor | null {
  switch (key.name) {
    case "text": {
      const text = key.text.replaceAll(/[\n\t\u2028\u2029]+/g, " ");
      return text.length + field.text.length > MAX_FIELD_LENGTH ? field : edit(field, { name: "text", text });
    }
    case "backspace":
    case "delete":
    case "left":
    case "right":
    case "home":
    case "end":
    case "wordLeft":
    case "wordRight":
    case "killWord":
    case "killWordRight":
    case "killToStart":
    case "killToEnd":
      return edit(field, key);
    default:
      return null;
  }
}

/** @param mask shows what is typed as so many dots */
export function fieldView(
  { text, cursor }: Editor,
  columns: number,
  mask = false,
): { text: string; cursorColumn: number } {
  const width = Math.max(1, columns - 1); // the cursor may stand behind the last character
  const before: { segment: string; width: number }[] = [];
  let used = 0;
  const cell = (segment: string) => mask ? "•" : segment;
  for (const { segment } of characters.segment(text.slice(0, cursor))) {
    const shown = { segment: cell(segment), width: stringWidth(cell(segment)) };
    before.push(shown);
    used += shown.width;
    while (used > width) used -= before.shift()!.width;
  }
  const cursorColumn = used;
  let shown = before.map(({ segment }) => segment).join("");
  for (const { segment } of characters.segment(text.slice(cursor))) {
    used += stringWidth(cell(segment));
    if (used > width) break;
    shown += cell(segment);
  }
  return { text: shown, cursorColumn };
}
