/** A row of a pane as pieces of text, each with what it is. Here it becomes a line: safe, painted, and never too wide. Pure. */
import stringWidth from "string-width";
import { fitWidth } from "../chat/fit_width.ts";
import { sanitize } from "../output/sanitize.ts";
import type { Role, Theme } from "./theme.ts";

export type Span = readonly [text: string, role?: Role | undefined];
export type Row = readonly Span[];

/** UTF-16 units of a piece that are looked at for each column: what comes behind them cannot be seen. */
const UNITS_PER_COLUMN = 16;

/** @param fill paints the whole width, so that a chosen row stands out as a bar */
export function paintRow(row: Row, columns: number, theme: Theme, fill?: Role): string {
  let left = columns;
  const pieces: (readonly [text: string, role?: Role | undefined])[] = [];
  for (const [text, role] of row) {
    if (left <= 0) break;
    const fitted = fitWidth(oneLine(text.slice(0, columns * UNITS_PER_COLUMN)), left);
    if (fitted === "") continue;
    left -= stringWidth(fitted);
    pieces.push([fitted, role]);
  }
  const paint = ([text, role]: Span) => role === undefined ? text : theme.paint(role, text);
  // Nested styles would end one another, so that a bar has one style for all of its pieces.
  if (fill) return theme.paint(fill, pieces.map(([text]) => text).join("") + " ".repeat(Math.max(0, left)));
  return pieces.map(paint).join("");
}

/** What is left of the columns goes between the two. The left one gives way, as far as `leastLeft`. */
export function spread(left: Row, right: string, columns: number, role?: Role, leastLeft = 12): Row {
  const shown = oneLine(right);
  const width = stringWidth(shown);
  const room = columns - width - 1;
  if (shown === "" || room < Math.min(leastLeft, columns)) return left;
  let used = 0;
  const fitted = left.flatMap(([text, role]): Span[] => {
    if (used >= room) return [];
    const piece = fitWidth(oneLine(text.slice(0, columns * UNITS_PER_COLUMN)), room - used);
    used += stringWidth(piece);
    return [[piece, role]];
  });
  return [...fitted, [" ".repeat(room - used + 1)], [shown, role]];
}

function oneLine(text: string): string {
  return sanitize(text).replaceAll(/[\n\t\u2028\u2029]/g, " ");
}
