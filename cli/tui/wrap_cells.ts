/** Breaks a line of plain text at the edge of the terminal: rows that are never wider than that. Pure. */
import stringWidth from "string-width";
import { wrapWords } from "../output/wrap_words.ts";

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const TAB = "    ";
/** Columns that a UTF-16 unit takes at most. */
const WIDEST_UNIT = 2;
/** Characters whose width is remembered: a page has no more, and measuring takes longer than all else. */
const MAX_WIDTHS = 4_096;
const widths = new Map<string, number>();

/** In place of a character that is wider than the terminal. */
const TOO_WIDE = "\ufffd";

/** Anywhere, as a command or a line of code must be shown: with each of its blanks. */
export function wrapCells(line: string, columns: number): string[] {
  const text = line.replaceAll("\t", TAB);
  if (/^[ -~]*$/.test(text)) return cut(text, columns);
  if (text.length * WIDEST_UNIT <= columns) return [text];
  const rows = [""];
  let used = 0;
  for (const { segment } of characters.segment(text)) {
    const own = widthOf(segment);
    const [shown, width] = own > columns ? [TOO_WIDE, 1] : [segment, own];
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

function widthOf(character: string): number {
  const known = widths.get(character);
  if (known !== undefined) return known;
  if (widths.size >= MAX_WIDTHS) widths.clear();
  const width = stringWidth(character);
  widths.set(character, width);
  return width;
}

function cut(text: string, columns: number): string[] {
  const rows = [text.slice(0, columns)];
  for (let at = columns; at < text.length; at += columns) rows.push(text.slice(at, at + columns));
  return rows;
}
