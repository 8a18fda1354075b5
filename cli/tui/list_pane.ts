/**
 * A list in a pane: what is typed narrows it, arrows choose in it. Pure, and the same for whatever is listed: an item is
 * known by its id, so that the choice stays on it while others come and go.
 */
import type { Editor } from "../chat/editor.ts";
import type { Key } from "../chat/keys.ts";
import type { Row } from "./row.ts";
import { editField, emptyField } from "./text_field.ts";

export interface ListState {
  /** What is searched for. */
  readonly filter: Editor;
  /** `null` is the first one. */
  readonly chosenId: string | null;
}

/** How far a page goes before the list has been painted. */
export const PAGE_ROWS = 10;

export function emptyList(chosenId: string | null = null): ListState {
  return { filter: emptyField(), chosenId };
}

/** Which of the items is chosen: the first one when the chosen one is gone. */
export function chosenIndex({ chosenId }: ListState, ids: readonly string[]): number {
  return Math.max(0, ids.indexOf(chosenId ?? ""));
}

export function chosenOf<T extends { readonly id: string }>(list: ListState, items: readonly T[]): T | null {
  return items.find(({ id }) => id === list.chosenId) ?? items[0] ?? null;
}

/**
 * `null` for a key that is not for the list.
 *
 * @param ids of what the list shows now
 * @param canFilter what is typed narrows the list; otherwise letters are free for other uses
 */
export function pressList(
  list: ListState,
  key: Key,
  ids: readonly string[],
  { pageRows = PAGE_ROWS, canFilter = true } = {},
): ListState | null {
  const at = chosenIndex(list, ids);
  const choose = (index: number): ListState => ({
    ...list,
    chosenId: ids[Math.min(Math.max(0, index), ids.length - 1)] ?? null,
  });
  switch (key.name) {
    case "up":
      return choose(at - 1);
    case "down":
      return choose(at + 1);
    case "pageUp":
      return choose(at - Math.max(1, pageRows));
    case "pageDown":
      return choose(at + Math.max(1, pageRows));
    case "home":
      return choose(0);
    case "end":
      return choose(ids.length - 1);
    case "escape":
      return canFilter && list.filter.text !== "" ? emptyList(list.chosenId) : null;
    default: {
      const filter = canFilter ? editField(list.filter, key) : null;
      if (!filter) return null;
      // What fits best stands first, and is what Enter takes.
      return filter.text === list.filter.text ? { ...list, filter } : { filter, chosenId: null };
    }
  }
}

/** The part of the list that so many rows show: the chosen one in the middle, but for the ends. */
export function windowOf(count: number, chosen: number, rows: number): { from: number; to: number } {
  const from = Math.max(0, Math.min(chosen - Math.floor(rows / 2), count - rows));
  return { from, to: Math.min(count, from + rows) };
}

export interface ListRow {
  row: Row;
  isChosen: boolean;
}

/** The rows that fit; a list that goes on above or below says so in its frame, see `describeWindow`. */
export function listRows<T extends { readonly id: string }>(
  list: ListState,
  items: readonly T[],
  rows: number,
  rowOf: (item: T, index: number) => Row,
): ListRow[] {
  const chosen = chosenIndex(list, items.map(({ id }) => id));
  const { from, to } = windowOf(items.length, chosen, rows);
  return items.slice(from, to).map((item, i) => ({ row: rowOf(item, from + i), isChosen: from + i === chosen }));
}

/** `3 of 120`; empty for a list that is seen as a whole. */
export function describeWindow(list: ListState, ids: readonly string[], rows: number): string {
  return ids.length <= rows ? "" : `${chosenIndex(list, ids) + 1} of ${ids.length}`;
}
