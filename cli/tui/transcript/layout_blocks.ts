/** Blocks of markdown as lines of the terminal. Pure. However narrow it is, no line is wider, and nothing is left out. */
import type { BlockContent, ListItem } from "@opta/view/markdown";
import type { Role } from "../theme.ts";
import { layoutCode } from "./layout_code.ts";
import { fitTable, layoutTable } from "./layout_table.ts";
import { type Line, type Run, runsOf } from "./run.ts";
import { widthOf, wrapRuns } from "./wrap_runs.ts";

/** Columns below which nothing is indented any more. */
const MIN_COLUMNS = 12;

type List = Extract<BlockContent, { kind: "list" }>;

/** One below the other, a blank line between them. */
export function layoutBlocks(blocks: readonly BlockContent[], columns: number, roles: readonly Role[] = []): Line[] {
  return blocks.flatMap((block, at) => [...(at === 0 ? [] : [[]]), ...layoutBlock(block, columns, roles)]);
}

export function layoutBlock(block: BlockContent, columns: number, roles: readonly Role[] = []): Line[] {
  switch (block.kind) {
    case "heading":
      return wrapRuns(runsOf(block.children, [...roles, "heading"]), columns);
    case "paragraph":
      return wrapRuns(runsOf(block.children, roles), columns);
    case "code":
      return layoutCode(block, columns);
    case "list":
      return layoutList(block, columns, roles);
    case "quote":
      return prefixed(
        { text: "│ ", roles: ["dim"] },
        null,
        columns,
        (room) => layoutBlocks(block.blocks, room, [...roles, "quote"]),
      );
    case "table":
      return layoutTable(block, fitTable(block, columns), columns, roles);
    case "rule":
      return [[{ text: "─".repeat(Math.max(1, columns)), roles: ["dim"] }]];
    default:
      return block satisfies never;
  }
}

function layoutList({ isOrdered, start, isLoose, items }: List, columns: number, roles: readonly Role[]): Line[] {
  const widest = String(start + items.length - 1).length;
  return items.flatMap((item, at) => {
    const mark = isOrdered ? `${String(start + at).padStart(widest)}. ` : "• ";
    const marked: Run = { text: mark + boxOf(item), roles: ["accent"] };
    const blank: Run = { text: " ".repeat(mark.length), roles: [] };
    const lines = prefixed(marked, blank, columns, (room) => layoutItem(item, isLoose, room, roles));
    return isLoose && at > 0 ? [[], ...lines] : lines;
  });
}

function boxOf({ task }: ListItem): string {
  return task === null ? "" : task ? "[x] " : "[ ] ";
}

function layoutItem({ blocks }: ListItem, isLoose: boolean, columns: number, roles: readonly Role[]): Line[] {
  return blocks.flatMap((block, at) => {
    const isApart = at > 0 && (isLoose || block.kind === "code" || block.kind === "table");
    return [...(isApart ? [[]] : []), ...layoutBlock(block, columns, roles)];
  });
}

/** @param others stands before all lines but the first; the same as there for `null` */
function prefixed(first: Run, others: Run | null, columns: number, layout: (room: number) => Line[]): Line[] {
  const room = columns - widthOf([first]);
  if (room < MIN_COLUMNS) { // no room to indent: the mark stands before the first line, and is broken with it
    const lines = layout(columns);
    return others === null ? lines : [...wrapRuns([first, ...lines[0] ?? []], columns), ...lines.slice(1)];
  }
  const lines = layout(room);
  const prefix = others ?? first;
  const width = Math.max(0, widthOf([first]) - widthOf([prefix]));
  const rest: Run = { text: prefix.text + " ".repeat(width), roles: prefix.roles };
  return (lines.length === 0 ? [[]] : lines).map((line, at) => {
    if (at === 0) return [first, ...line];
    return line.length === 0 && others !== null ? [] : [rest, ...line];
  });
}
