/** The message that is being written, in rows with the cursor among them: a third of the screen, and then it scrolls. */
import { INDENT } from "../../chat/prompt_layout.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import { paintRow } from "../row.ts";
import type { Theme } from "../theme.ts";
import type { Draft } from "./draft.ts";
import { pasteAt } from "./pastes.ts";
import type { TextLayouts } from "./text_layout.ts";

/** Of the rows for the composer, which are half of the screen: the rest is for menus. */
const TEXT_SHARE = 2 / 3;
/** Rows below which none is spent on what keys do. */
const LEAST_WITH_KEYS = 3;

export interface DraftViewOptions {
  draft: Draft;
  /** Lines of a menu, which stand above. */
  above: readonly string[];
  size: PaneSize;
  theme: Theme;
  layouts: TextLayouts;
}

export interface SeenDraft {
  view: PaneView;
  /** Rows of the text that are seen, and whether there are more. */
  rows: number;
  isCut: boolean;
}

export function draftView({ draft, above, size: { columns, rows }, theme, layouts }: DraftViewOptions): SeenDraft {
  const { editor, pastes } = draft;
  const hasHint = above.length === 0 && rows >= LEAST_WITH_KEYS && pasteAt(pastes, editor.text, editor.cursor) !== null;
  const room = rows - above.length - (hasHint ? 1 : 0);
  const layout = layouts.layOut(
    editor,
    textColumns(columns),
    Math.max(1, Math.min(room, Math.ceil(rows * TEXT_SHARE))),
  );
  const last = layout.rows.length - 1;
  const text = layout.rows.map((row, i) => {
    if (i === 0) return theme.paint("accent", layout.isCutAbove ? "↑ " : "› ") + row;
    return (i === last && layout.isCutBelow ? theme.paint("accent", "↓ ") : " ".repeat(INDENT)) + row;
  });
  const hint = "  Tab unfolds the paste · Backspace deletes it";
  const hints = hasHint ? [paintRow([[hint, "dim"]], columns - 1, theme)] : [];
  return {
    view: {
      lines: [...above, ...text, ...hints],
      cursor: { row: above.length + layout.cursorRow, column: INDENT + layout.cursorColumn },
    },
    rows: text.length,
    isCut: layout.isCutAbove || layout.isCutBelow,
  };
}

/** Columns that a row of the text may take: the mark stands before it, and the cursor may stand behind it. */
export function textColumns(columns: number): number {
  return Math.max(1, columns - INDENT - 1);
}
