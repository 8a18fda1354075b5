/** A table within the columns of the terminal: cells are broken into lines; where even that has no room, row by row. Pure. */
import type { Align, BlockContent } from "@opta/view/markdown";
import type { Role } from "../theme.ts";
import { type Line, type Run, runsOf } from "./run.ts";
import { widthOf, wrapRuns } from "./wrap_runs.ts";

export type Table = Extract<BlockContent, { kind: "table" }>;

const SEPARATOR = " │ ";
const CROSSING = "─┼─";
/** Columns of the terminal that a column of a table needs; with fewer it is no table any more. */
const MIN_WIDTH = 4;
/** So wide is a column at least: rows that come later may have wide characters. */
const LEAST_WIDTH = 2;
/** Rows that are measured: what comes later is broken to their widths. */
const MEASURED_ROWS = 200;

/** The widths of the table's columns; `null` when there is no room for them side by side. */
export function fitTable({ header, rows }: Table, columns: number): number[] | null {
  const room = columns - SEPARATOR.length * (header.length - 1);
  if (room < header.length * MIN_WIDTH) return null;
  const measured = [header, ...rows.slice(0, MEASURED_ROWS)];
  const natural = header.map((_, at) =>
    Math.max(LEAST_WIDTH, ...measured.map((row) => longest(runsOf(row[at] ?? [], []))))
  );
  return shrink(natural, room);
}

/** @param widths of `fitTable`; those of its first part when the table goes on with another */
export function layoutTable(
  table: Table,
  widths: readonly number[] | null,
  columns: number,
  roles: readonly Role[],
): Line[] {
  return [...layoutHeader(table, widths, columns, roles), ...layoutRows(table, widths, columns, roles)];
}

export function layoutRows(
  { header, rows, align }: Table,
  widths: readonly number[] | null,
  columns: number,
  roles: readonly Role[],
): Line[] {
  if (widths) return rows.flatMap((row) => layoutRow(row.map((cell) => runsOf(cell, roles)), widths, align));
  return rows.flatMap((row): Line[] => [
    ...row.flatMap((cell, at): Line[] => {
      const name = runsOf(header[at] ?? [], [...roles, "strong"]);
      return wrapRuns([...name, { text: ": ", roles }, ...runsOf(cell, roles)], columns);
    }),
    [],
  ]);
}

function layoutHeader(
  { header, align }: Table,
  widths: readonly number[] | null,
  columns: number,
  roles: readonly Role[],
): Line[] {
  const names = header.map((cell) => runsOf(cell, [...roles, "strong"]));
  if (!widths) {
    return wrapRuns(names.flatMap((name, at) => at === 0 ? name : [{ text: ", ", roles }, ...name]), columns);
  }
  const rule = widths.map((width) => "─".repeat(width)).join(CROSSING);
  return [...layoutRow(names, widths, align), [{ text: rule, roles: ["dim"] }]];
}

function layoutRow(cells: readonly Run[][], widths: readonly number[], align: readonly Align[]): Line[] {
  const columns = widths.map((width, at) => wrapRuns(cells[at] ?? [], width));
  const height = Math.max(1, ...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, row): Line =>
    widths.flatMap((width, at): Run[] => {
      const line = columns[at]![row] ?? [];
      const separator: Run[] = at === 0 ? [] : [{ text: SEPARATOR, roles: ["dim"] }];
      const isLast = at === widths.length - 1;
      return [...separator, ...pad(line, width, align[at] ?? null, isLast)];
    }));
}

function pad(line: Line, width: number, align: Align, isLast: boolean): Run[] {
  const free = Math.max(0, width - widthOf(line));
  const left = align === "right" ? free : align === "center" ? Math.floor(free / 2) : 0;
  const right = isLast ? 0 : free - left;
  const blanks = (count: number): Run[] => count === 0 ? [] : [{ text: " ".repeat(count), roles: [] }];
  return [...blanks(left), ...line, ...blanks(right)];
}

function longest(runs: readonly Run[]): number {
  return Math.max(...wrapRuns(runs, Infinity).map(widthOf));
}

/** Takes from the widest columns first, so that narrow ones stay as they are. */
function shrink(natural: readonly number[], room: number): number[] {
  let limit = Math.max(...natural);
  const sumAt = (most: number) => natural.reduce((sum, width) => sum + Math.min(width, most), 0);
  if (sumAt(limit) <= room) return [...natural];
  let low = 1;
  while (low < limit) {
    const middle = (low + limit + 1) >> 1;
    if (sumAt(middle) <= room) low = middle;
    else limit = middle - 1;
  }
  return natural.map((width) => Math.min(width, low));
}
