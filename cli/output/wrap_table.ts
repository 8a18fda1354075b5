/** Tables of names and values on a terminal: a long value is broken between words, and goes on in its column. */
import { formatTable } from "./output.ts";
import { wrapWords } from "./wrap_words.ts";

/** @param columns of the terminal; `Infinity` for everybody else, who gets a line for each row */
export function formatWrapped(rows: readonly (readonly [name: string, value: string])[], columns: number): string {
  const [first = ""] = formatTable([["", "|"], ...rows]).split("\n", 1);
  return wrapWords(formatTable(rows), columns, " ".repeat(first.length - 1));
}
