/**
 * What surrounds every overlay, within the rows that there are. Pure.
 *
 *     Sessions  › sear█                     3 of 120     title, with what is typed
 *     …                                                  body
 *     cannot rename it: …                                status, if there is one
 *     title: my sessio█                                  what is asked for, if something is
 *     type to search · Enter opens · Esc closes          hints
 */
import type { PaneSize, PaneView } from "../pane.ts";
import { paintRow, type Row, spread } from "../row.ts";
import type { Role, Theme } from "../theme.ts";
import { wrapProse } from "../wrap_cells.ts";

export interface BodyRow {
  row: Row;
  /** The whole width has this style. */
  fill?: Role;
}

export interface Status {
  text: string;
  role: Role;
}

export interface FrameParts {
  title: Row;
  /** At the right of the title. */
  note?: string;
  body: readonly BodyRow[];
  status?: Status | null;
  /** One row in which something is typed. */
  prompt?: Row | null;
  hints: readonly string[];
  cursor?: { where: "title" | "prompt"; column: number };
}

/** Rows of a failure; what it says further goes. */
const MAX_STATUS_ROWS = 3;

/** The rows that are left for the body. */
export function bodyRowsOf(
  { columns, rows }: PaneSize,
  { status, prompt }: Pick<FrameParts, "status" | "prompt">,
): number {
  const others = titleRows(rows) + hintRows(rows) + (prompt ? 1 : 0) + statusLines(status, columns, rows).length;
  return Math.max(0, rows - others);
}

export function frame(parts: FrameParts, size: PaneSize, theme: Theme): PaneView {
  const { columns, rows } = size;
  const { title, note = "", body, prompt, hints, cursor } = parts;
  const status = statusLines(parts.status, columns, rows);
  const shownBody = body.slice(0, bodyRowsOf(size, parts));
  const lines = [
    ...(titleRows(rows) ? [paintRow(spread(title, note, columns, "dim"), columns, theme)] : []),
    ...shownBody.map(({ row, fill }) => paintRow(row, columns, theme, fill)),
    ...status.map((text) => paintRow([[text, parts.status!.role]], columns, theme)),
    ...(prompt ? [paintRow(prompt, columns, theme)] : []),
    ...(hintRows(rows) ? [paintRow([[hintLine(hints, columns), "dim"]], columns, theme)] : []),
  ].slice(0, rows);
  const row = cursor?.where === "title" ? 0 : titleRows(rows) + shownBody.length + status.length;
  if (!cursor || row >= lines.length || cursor.where === "title" && !titleRows(rows)) return { lines };
  return { lines, cursor: { row, column: Math.min(cursor.column, columns - 1) } };
}

function titleRows(rows: number): number {
  return rows >= 2 ? 1 : 0;
}

function hintRows(rows: number): number {
  return rows >= 4 ? 1 : 0;
}

function statusLines(status: Status | null | undefined, columns: number, rows: number): string[] {
  if (!status) return [];
  return wrapProse(status.text, columns).slice(0, Math.min(MAX_STATUS_ROWS, Math.max(1, rows - 2)));
}

/** As many as fit; the last one, which says how to get out, always. */
function hintLine(hints: readonly string[], columns: number): string {
  const joined = (count: number) => [...hints.slice(0, count), ...hints.slice(-1)].join(" · ");
  let count = hints.length - 1;
  while (count > 0 && joined(count).length > columns) count--;
  return joined(count);
}
