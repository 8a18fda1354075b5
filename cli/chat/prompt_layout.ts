/** Where the text that is being typed stands on the screen: its rows, and the cursor among them. Pure. */
import stringWidth from "string-width";
import type { Editor } from "./editor.ts";

export interface PromptLayout {
  /** Without the mark and the indent, which take `INDENT` columns of each row. */
  rows: string[];
  cursorRow: number;
  /** Counted from the left edge of the screen. */
  cursorColumn: number;
}

/** Columns of the mark before the first row, and of the blanks before the others. */
export const INDENT = 2;
const TAB = "    ";

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/**
 * Rows are broken one column before the edge, so that the terminal never breaks one by itself. Of a text that is higher
 * than `maxRows` the rows around the cursor are shown.
 */
export function layOut({ text, cursor }: Editor, columns: number, maxRows: number): PromptLayout {
  const width = Math.max(1, columns - INDENT - 1);
  // Only this much can be on the screen: a long text must not make typing slow.
  const reach = maxRows * columns;
  const from = Math.max(0, cursor - reach);
  const rows = [""];
  let used = 0;
  let place = { row: 0, column: 0 };
  const put = (shown: string, shownWidth: number) => {
    if (used + shownWidth > width) newRow();
    rows[rows.length - 1] += shown;
    used += shownWidth;
  };
  const newRow = () => {
    rows.push("");
    used = 0;
  };
  for (const { segment, index } of characters.segment(text.slice(from, cursor + reach))) {
    if (from + index === cursor) place = { row: rows.length - 1, column: used };
    if (segment === "\n") newRow();
    else if (segment === "\t") put(TAB, TAB.length);
    else put(segment, widthOf(segment));
  }
  if (cursor === text.length) place = { row: rows.length - 1, column: used };
  const top = Math.max(0, Math.min(place.row - maxRows + 1, rows.length - maxRows));
  return {
    rows: rows.slice(top, top + maxRows),
    cursorRow: place.row - top,
    cursorColumn: INDENT + place.column,
  };
}

/** How many rows of a screen of so many columns the text takes; a terminal that became narrower has broken it anew. */
export function rowsTaken(row: string, columns: number): number {
  return Math.max(1, Math.ceil((INDENT + stringWidth(row)) / columns));
}

function widthOf(character: string): number {
  return /^[ -~]$/.test(character) ? 1 : stringWidth(character);
}
