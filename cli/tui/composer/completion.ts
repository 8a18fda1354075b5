/** What could be completed where the cursor stands: a command, its argument, or the name of a file. Pure. */
import type { Editor } from "../../chat/editor.ts";

export type Completable =
  | { kind: "command"; query: string; start: number }
  /** Of a command that is written out. */
  | { kind: "argument"; command: string; query: string; start: number }
  | { kind: "file"; query: string; start: number };

/** Longest beginning of a name that is looked at: a pasted line is none. */
const MAX_QUERY_LENGTH = 200;

const commandLine = /^\/([\w?]*)(?:[ ]+(\S*))?$/;
const fileName = /(?:^|\s)@(?:"([^"\n]*)|([^\s"]*))$/;

/** `null` where nothing is to be completed. */
export function completableAt({ text, cursor }: Pick<Editor, "text" | "cursor">): Completable | null {
  const lineStart = cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
  const from = Math.max(lineStart, cursor - MAX_QUERY_LENGTH);
  const before = text.slice(from, cursor);
  if (from === 0 && !text.includes("\n")) {
    const match = commandLine.exec(before);
    if (match) {
      const [, command = "", query] = match;
      return query === undefined
        ? { kind: "command", query: command, start: 0 }
        : { kind: "argument", command, query, start: cursor - query.length };
    }
  }
  const match = fileName.exec(before);
  if (!match) return null;
  const [, quoted, plain = ""] = match;
  const query = quoted ?? plain;
  const marks = quoted === undefined ? "@" : '@"';
  return { kind: "file", query, start: cursor - query.length - marks.length };
}

/** The editor with the chosen value in place of what was written of it. */
export function completed(editor: Editor, { kind, start }: Completable, value: string): Editor {
  const written = kind === "command" ? `/${value} ` : kind === "file" ? `@${quoted(value)} ` : `${value} `;
  const after = editor.text.slice(editor.cursor);
  const text = editor.text.slice(0, start) + written + after.replace(/^ /, "");
  return { ...editor, text, cursor: start + written.length, historyAt: editor.history.length };
}

/** A path with blanks would end at the first of them. */
function quoted(path: string): string {
  return /[\s"]/.test(path) ? JSON.stringify(path) : path;
}
