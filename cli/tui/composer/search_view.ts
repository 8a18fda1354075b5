/** The search in earlier messages, in rows: what was found, and below it what is searched for. Pure. */
import stringWidth from "string-width";
import type { PaneSize, PaneView } from "../pane.ts";
import { paintRow } from "../row.ts";
import type { Theme } from "../theme.ts";
import type { HistorySearch } from "./history_search.ts";

export function searchView(
  { query: { text, cursor }, at }: HistorySearch,
  history: readonly string[],
  { columns, rows }: PaneSize,
  theme: Theme,
): PaneView {
  const label = text !== "" && at === null ? "not found: " : "search: ";
  const width = columns - 1;
  const line = paintRow(
    [
      [label, "accent"],
      [text],
      ["  Ctrl-R goes on · Enter takes it · Esc closes", "dim"],
    ],
    width,
    theme,
  );
  const found = paintRow([["  "], [firstLine(at === null ? "" : history[at] ?? ""), "dim"]], width, theme);
  const lines = rows < 2 ? [line] : [found, line];
  const column = stringWidth(label) + stringWidth(text.slice(0, cursor));
  return { lines, cursor: { row: lines.length - 1, column: Math.min(width, column) } };
}

function firstLine(text: string): string {
  const end = text.trimEnd().indexOf("\n");
  return end < 0 ? text : `${text.slice(0, end)} …`;
}
