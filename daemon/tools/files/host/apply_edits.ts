/** Replaces exact pieces of a text. A piece that is not there, or not there once, is a problem told to the model. Pure. */
import type { Edit } from "../operations.ts";
import { LfView, lineEndingOf, toLf, withLineEnding } from "./line_endings.ts";
import { nearMiss } from "./near_miss.ts";

export type Edited = { text: string; count: number } | { problem: string };

/** Lines named in a problem. */
const MAX_NAMED_LINES = 10;

/** One after another, each on what the one before has made. */
export function applyEdits(text: string, edits: readonly Edit[]): Edited {
  let count = 0;
  for (const [i, edit] of edits.entries()) {
    const edited = applyEdit(text, edit);
    const which = edits.length > 1 ? `Edit ${i + 1} of ${edits.length}: ` : "";
    if ("problem" in edited) return { problem: which + edited.problem };
    text = edited.text;
    count += edited.count;
  }
  return { text, count };
}

function applyEdit(original: string, { oldString, newString, replaceAll }: Edit): Edited {
  const view = new LfView(original);
  const wanted = toLf(oldString);
  if (wanted === "") {
    return { problem: "old_string is empty. Give the text to replace, or write the file with write_file" };
  }
  if (wanted === toLf(newString)) return { problem: "old_string and new_string are the same" };
  const found = replaceAll ? occurrences(view.text, wanted, wanted.length) : occurrences(view.text, wanted, 1);
  if (found.length === 0) return { problem: `old_string was not found. ${nearMiss(view.text, wanted)}` };
  if (found.length > 1 && !replaceAll) return { problem: ambiguity(view.text, found) };
  const replacement = withLineEnding(newString, lineEndingOf(original));
  const pieces: string[] = [];
  let end = 0;
  for (const start of found) {
    pieces.push(original.slice(end, view.originalIndex(start)), replacement);
    end = view.originalIndex(start + wanted.length);
  }
  return { text: pieces.join("") + original.slice(end), count: found.length };
}

/** @param step how far after the start of one the next may begin: 1 finds those that overlap, too */
function occurrences(text: string, wanted: string, step: number): number[] {
  const found: number[] = [];
  for (let i = text.indexOf(wanted); i !== -1; i = text.indexOf(wanted, i + step)) found.push(i);
  return found;
}

function ambiguity(text: string, found: readonly number[]): string {
  const named = found.slice(0, MAX_NAMED_LINES).map((index) => text.slice(0, index).split("\n").length);
  const more = found.length > named.length ? " and more" : "";
  return `old_string is there ${found.length} times, at lines ${named.join(", ")}${more}. ` +
    "Give more of the text around it, or set replace_all";
}
