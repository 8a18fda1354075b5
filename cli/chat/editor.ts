/**
 * The text that is being typed: what each key makes of it. Pure; a cursor counts UTF-16 units and stands between
 * characters as people see them. History is walked with up and down, and what was typed before comes back.
 */
import type { Key } from "./keys.ts";

export interface Editor {
  readonly text: string;
  readonly cursor: number;
  /** Earlier messages, oldest first. */
  readonly history: readonly string[];
  /** The message of the history that is shown; its length for none. */
  readonly historyAt: number;
  /** What was typed before walking into the history. */
  readonly draft: string;
}

/** A character as people see it is hardly longer in UTF-16 units; looking further would make long texts slow to edit. */
const MAX_CHARACTER_LENGTH = 64;

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function emptyEditor(history: readonly string[]): Editor {
  return { text: "", cursor: 0, history, historyAt: history.length, draft: "" };
}

/** The editor after a key. Keys that mean something to the whole program change nothing here. */
export function edit(editor: Editor, key: Key): Editor {
  const { text, cursor } = editor;
  switch (key.name) {
    case "text":
      return replace(editor, cursor, cursor, key.text);
    case "newline":
      return replace(editor, cursor, cursor, "\n");
    case "tab":
      return replace(editor, cursor, cursor, "\t");
    case "backspace":
      return replace(editor, before(text, cursor), cursor, "");
    case "delete":
      return replace(editor, cursor, after(text, cursor), "");
    case "killWord":
      return replace(editor, wordStart(text, cursor), cursor, "");
    case "killWordRight":
      return replace(editor, cursor, wordEnd(text, cursor), "");
    case "killToStart":
      return replace(editor, lineStart(text, cursor), cursor, "");
    case "killToEnd":
      return replace(editor, cursor, lineEnd(text, cursor), "");
    case "left":
      return { ...editor, cursor: before(text, cursor) };
    case "right":
      return { ...editor, cursor: after(text, cursor) };
    case "wordLeft":
      return { ...editor, cursor: wordStart(text, cursor) };
    case "wordRight":
      return { ...editor, cursor: wordEnd(text, cursor) };
    case "home":
      return { ...editor, cursor: lineStart(text, cursor) };
    case "end":
      return { ...editor, cursor: lineEnd(text, cursor) };
    case "up":
    case "altUp":
      return up(editor);
    case "down":
    case "altDown":
      return down(editor);
    case "enter":
    case "interrupt":
    case "endOfInput":
    case "clearScreen":
    case "suspend":
    case "shiftTab":
    case "openEditor":
    case "showDetails":
    case "searchHistory":
    case "pageUp":
    case "pageDown":
    case "escape":
      return editor;
    default:
      return key satisfies never;
  }
}

/** An empty text again, and `entered` as the latest message of the history, at most `maxEntries` of them. */
export function remember(editor: Editor, entered: string, maxEntries: number): Editor {
  const { history } = editor;
  return emptyEditor(entered === "" || history.at(-1) === entered ? history : [...history, entered].slice(-maxEntries));
}

/** The same history, and this text with the cursor behind it. */
export function withText(editor: Editor, text: string): Editor {
  return { ...emptyEditor(editor.history), text, cursor: text.length };
}

/** Goes to a message of the history, as walking there does: what was typed before comes back behind the latest one. */
export function recall(editor: Editor, historyAt: number): Editor {
  const draft = editor.historyAt === editor.history.length ? editor.text : editor.draft;
  return shown({ ...editor, draft }, historyAt);
}

function replace(editor: Editor, start: number, end: number, insertion: string): Editor {
  const { text, history } = editor;
  const next = text.slice(0, start) + insertion + text.slice(end);
  return { ...editor, text: next, cursor: start + insertion.length, historyAt: history.length };
}

function up(editor: Editor): Editor {
  const { text, cursor, historyAt } = editor;
  const start = lineStart(text, cursor);
  if (start > 0) {
    return { ...editor, cursor: atColumn(text, lineStart(text, start - 1), column(text, cursor)) };
  }
  return historyAt === 0 ? editor : recall(editor, historyAt - 1);
}

function down(editor: Editor): Editor {
  const { text, cursor, history, historyAt } = editor;
  const end = lineEnd(text, cursor);
  if (end < text.length) {
    return { ...editor, cursor: atColumn(text, end + 1, column(text, cursor)) };
  }
  return historyAt === history.length ? editor : shown(editor, historyAt + 1);
}

function shown(editor: Editor, historyAt: number): Editor {
  const text = editor.history[historyAt] ?? editor.draft;
  return { ...editor, historyAt, text, cursor: text.length };
}

function before(text: string, cursor: number): number {
  const last = [...characters.segment(text.slice(Math.max(0, cursor - MAX_CHARACTER_LENGTH), cursor))].at(-1);
  return cursor - (last?.segment.length ?? 0);
}

function after(text: string, cursor: number): number {
  const [first] = characters.segment(text.slice(cursor, cursor + MAX_CHARACTER_LENGTH));
  return cursor + (first?.segment.length ?? 0);
}

function lineStart(text: string, cursor: number): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1; // -1 would be taken for 0
}

function lineEnd(text: string, cursor: number): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

/** How many characters stand before the cursor in its line. */
function column(text: string, cursor: number): number {
  return [...characters.segment(text.slice(lineStart(text, cursor), cursor))].length;
}

/** The place so many characters into the line, or its end. */
function atColumn(text: string, start: number, column: number): number {
  const line = [...characters.segment(text.slice(start, lineEnd(text, start)))];
  return start + line.slice(0, column).reduce((length, { segment }) => length + segment.length, 0);
}

function wordStart(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && isSpace(text[at - 1])) at--;
  while (at > 0 && !isSpace(text[at - 1])) at--;
  return at;
}

function wordEnd(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && isSpace(text[at])) at++;
  while (at < text.length && !isSpace(text[at])) at++;
  return at;
}

function isSpace(char: string | undefined): boolean {
  return char !== undefined && /\s/.test(char);
}
