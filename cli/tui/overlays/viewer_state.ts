/** What keys do in a long text. Pure: the text is looked at only around the place, and where it is searched. */
import type { Editor } from "../../chat/editor.ts";
import type { Key } from "../../chat/keys.ts";
import { actionOf } from "../key_map.ts";
import { type Place, pressScroll, scrolledTo, type ScrollSize, START } from "../scroll.ts";
import type { TextDocument } from "../text_document.ts";
import { editField, emptyField } from "../text_field.ts";

export interface ViewerState {
  readonly place: Place;
  /** What is being typed to search for; `null` when nothing is. */
  readonly field: Editor | null;
  /** What was searched for last. */
  readonly query: string;
  /** The line where it was found. */
  readonly foundLine: number | null;
  /** What came of the search. */
  readonly note: string | null;
}

/** The end, also of a text that grows. */
export const END: Place = { line: Infinity, row: 0 };

export function initialViewer(place: Place = START): ViewerState {
  return { place, field: null, query: "", foundLine: null, note: null };
}

/** `null` when the viewer is to be closed. */
export function pressViewer(
  state: ViewerState,
  key: Key,
  text: TextDocument,
  size: ScrollSize,
): ViewerState | null {
  if (state.field) return pressSearch(state, state.field, key, text);
  const letter = key.name === "text" ? key.text : "";
  if (letter === "/") return { ...state, field: emptyField(), note: null };
  if (letter === "n") return found(state, text, 1);
  if (letter === "N") return found(state, text, -1);
  const scroll = letters[letter] ?? key;
  const action = actionOf("viewer", scroll);
  if (letter === "q" || action === "close") return null;
  if (action === "end") return { ...state, place: END, note: null };
  const { place } = scrolledTo(text, state.place, size);
  const next = pressScroll(text, place, scroll, size);
  return next ? { ...state, place: next, note: null } : state;
}

/** Keys that a pager has as well. */
const letters: Readonly<Record<string, Key>> = {
  " ": { name: "pageDown" },
  b: { name: "pageUp" },
  j: { name: "down" },
  k: { name: "up" },
  g: { name: "home" },
  G: { name: "end" },
};

function pressSearch(state: ViewerState, field: Editor, key: Key, text: TextDocument): ViewerState {
  if (key.name === "escape") return { ...state, field: null };
  if (key.name === "enter") {
    const query = field.text === "" ? state.query : field.text;
    return found({ ...state, field: null, query, foundLine: null }, text, 1);
  }
  return { ...state, field: editField(field, key) ?? field };
}

function found(state: ViewerState, text: TextDocument, direction: 1 | -1): ViewerState {
  const { query, foundLine, place } = state;
  if (query === "") return { ...state, note: "Nothing was searched for: / begins" };
  const last = Math.max(0, text.lineCount - 1);
  const from = foundLine === null ? Math.min(place.line, last) : foundLine + direction;
  const near = from < 0 || from > last ? null : text.find(query, from, direction);
  const line = near ?? text.find(query, direction === 1 ? 0 : last, direction);
  if (line === null) return { ...state, foundLine: null, note: `“${query}” is not there` };
  const around = direction === 1 ? "from the beginning again" : "from the end again";
  return { ...state, place: { line, row: 0 }, foundLine: line, note: near === null ? around : null };
}
