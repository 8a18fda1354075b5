/** Breaks a line of plain text at the edge of the terminal: rows that are never wider than that. Pure. */
import stringWidth from "string-width";
import { wrapWords } from "../wrap_words.ts";

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const TAB = "    ";
/** In place of a character that is wider than the terminal. */
const TOO_WIDE = "\ufffd";

/** Anywhere, as a command or a line of code must be shown: with each of its blanks. */
export function wrapCells(line: string, columns: number): string[] {
  const text = line.replaceAll("\t", TAB);
  if (/^[ -~]*$/.test(text)) return cut(text, columns);
  const rows = [""];
  let used = 0;
  for (const { segment } of characters.segment(text)) {
    const isWide = stringWidth(segment) > columns;
    const shown = isWide ? TOO_WIDE : segment;
    const width = stringWidth(shown);
    if (used + width > columns) {
      rows.push("");
      used = 0;
    }
    rows[rows.length - 1] += shown;
    used += width;
  }
  return rows;
}

/** Between words where that is possible. */
export function wrapProse(line: string, columns: number): string[] {
  return wrapWords(line.replaceAll("\t", TAB), columns).split("\n").flatMap((row) => wrapCells(row, columns));
}

function cut(text: string, columns: number): string[] {
  const rows = [text.slice(0, columns)];
  for (let at = columns; at < text.length; at += columns) rows.push(text.slice(at, at + columns));
  return rows;
}
