/** How an overlay that is a list looks. Pure. */
import { chosenOf, describeWindow, listRows } from "../list_pane.ts";
import type { PaneSize, PaneView } from "../pane.ts";
import type { Row } from "../row.ts";
import { fieldView } from "../text_field.ts";
import type { Theme } from "../theme.ts";
import { type BodyRow, bodyRowsOf, frame, type FrameParts, type Status } from "./frame.ts";
import { type Action, isFor, type Mode, type OverlayState } from "./list_overlay_state.ts";

/** What is listed, and how. */
export interface ListLook<T extends { readonly id: string }> {
  title: string;
  theme(): Theme;
  /** What is listed for this search, the best first. */
  items(query: string): readonly T[];
  rowOf(item: T, columns: number): Row;
  /** What Enter does. */
  enter: Action<T> | null;
  /** What else can be done, from the menu. */
  actions?: readonly Action<T>[];
  /** `false` leaves letters unused. */
  canFilter?: boolean;
  /** In place of a list that is empty. */
  empty(query: string): string;
  /** How things stand, when there is something to say. */
  status?(): Status | null;
  /** Below the list, of the chosen item: as a preview. */
  below?(item: T, size: PaneSize): readonly Row[];
}

/** What is being done, and what went wrong. */
interface Progress {
  label: string | null;
  problem: string | null;
}

type Item = { readonly id: string };

export function viewList<T extends Item>(
  { list, mode }: OverlayState<T>,
  progress: Progress,
  look: ListLook<T>,
  size: PaneSize,
): { view: PaneView; pageRows: number } {
  const { rowOf, title, below, empty, canFilter = true } = look;
  const { columns } = size;
  const query = list.filter.text;
  const items = look.items(query);
  const chosen = chosenOf(list, items);
  const status = statusOf(mode, progress, look);
  const asked = mode.kind === "ask" && progress.label === null ? promptOf(mode, columns) : null;
  const rows = bodyRowsOf(size, { status, prompt: asked?.prompt ?? null });
  const belowRows = chosen && below ? below(chosen, { columns, rows: Math.floor(rows / 2) }) : [];
  const pageRows = Math.max(1, rows - belowRows.length);
  const body: BodyRow[] = items.length === 0
    ? [{ row: [["  "], [empty(query), "dim"]] }]
    : listRows(list, items, pageRows, (item) => rowOf(item, columns - 2)).map(({ row, isChosen }) =>
      isChosen ? { row: [["› "], ...row], fill: "selected" } : { row: [["  "], ...row] }
    );
  const lead = `${title}  › `;
  const field = fieldView(list.filter, Math.max(1, columns - lead.length));
  const cursor: FrameParts["cursor"] = asked
    ? { where: "prompt", column: asked.column }
    : canFilter && mode.kind === "list"
    ? { where: "title", column: lead.length + field.cursorColumn }
    : undefined;
  const parts: FrameParts = {
    title: [[title, "heading"], ...(canFilter ? [["  › ", "accent"], [field.text]] as const : [])],
    note: describeWindow(list, items.map(({ id }) => id), pageRows),
    body: [...body, ...belowRows.map((row) => ({ row }))],
    status,
    prompt: asked?.prompt ?? null,
    hints: hintsOf(mode, progress, look),
    ...(cursor && { cursor }),
  };
  return { view: frame(parts, size, look.theme()), pageRows };
}

function statusOf<T extends Item>(mode: Mode<T>, { label, problem }: Progress, look: ListLook<T>): Status | null {
  if (label !== null) return { text: `${label} …`, role: "accent" };
  if (problem !== null) return { text: problem, role: "bad" };
  if (mode.kind === "confirm") return { text: mode.question, role: "warning" };
  return look.status?.() ?? null;
}

/** At least so many columns are for what is typed. */
const LEAST_FIELD_COLUMNS = 10;

function promptOf<T>({ question, field }: Extract<Mode<T>, { kind: "ask" }>, columns: number): {
  prompt: Row;
  column: number;
} {
  const lead = `${question.label}: `.slice(0, Math.max(0, columns - LEAST_FIELD_COLUMNS));
  const { text, cursorColumn } = fieldView(field, Math.max(1, columns - lead.length), question.isSecret);
  return { prompt: [[lead, "accent"], [text]], column: lead.length + cursorColumn };
}

function hintsOf<T extends Item>(mode: Mode<T>, { label }: Progress, look: ListLook<T>): string[] {
  const { enter, actions = [], canFilter = true } = look;
  if (label !== null) return ["Esc stops waiting"];
  switch (mode.kind) {
    case "menu":
      return [
        ...actions.filter((action) => isFor(action, mode.item)).map(({ key, label }) => `${key} ${label}`),
        "Esc back",
      ];
    case "ask":
      return [...(mode.question.choices?.length ? ["↑ ↓ choose"] : []), `Enter ${mode.action.label}`, "Esc back"];
    case "confirm":
      return [`y ${mode.action.label}`, "any other key back"];
    case "list":
      return [
        ...(canFilter ? ["type to search"] : []),
        ...(enter ? [`Enter ${enter.label}`] : []),
        ...(actions.length > 0 ? ["Tab more"] : []),
        canFilter ? "Esc closes" : "Esc or q closes",
      ];
    default:
      return mode satisfies never;
  }
}
