/** A turn as it stands, at one go: for the history of a session, and for a pager. Pure but for the renderer's log. */
import type { Message, Part, Permission, SessionState, Turn } from "@opta/protocol";
import type { Item } from "./item.ts";
import type { BlockRenderer } from "./render_block.ts";
import { TextPrinter } from "./text_printer.ts";
import { folded, toolCard, unfolded } from "./tool_card.ts";
import {
  describeCompaction,
  describeUndone,
  endLines,
  type HeaderView,
  importedLines,
  isUnbegun,
  remark,
  thoughtLine,
  turnHeader,
} from "./turn_lines.ts";

/** Code is shown as it can be shown now: the colours that are not loaded are not waited for. */
const noGate = { isLoading: () => false };

export interface HistoryView extends HeaderView {
  renderer: BlockRenderer;
  requests: ReadonlyMap<string, Permission>;
}

/** With what happened after it. */
export function turnItems(turn: Turn, state: SessionState, view: HistoryView): Item[] {
  if (isUnbegun(turn)) {
    return [{ lines: remark(`cancelled before it began: ${turn.content.slice(0, 200)}`, view), isApart: true }];
  }
  const after = [
    ...(state.undone ?? []).filter(({ afterTurnId }) => afterTurnId === turn.turnId).map(describeUndone),
    ...(state.compaction?.throughTurnId === turn.turnId ? [describeCompaction(state.compaction)] : []),
  ];
  return [
    { lines: turnHeader(turn, view), isApart: true },
    ...turn.parts.flatMap((part, at) => partItems(part, turn.parts[at - 1], view)),
    ...(turn.end ? [{ lines: endLines(turn, turn.end, view), isApart: true }] : []),
    ...after.map((text) => ({ lines: remark(text, view), isApart: true })),
  ].filter(({ lines }) => lines.length > 0);
}

export function importedItems(message: Message, view: HistoryView): Item[] {
  const lines = importedLines(message, view);
  return lines ? [{ lines, isApart: true }] : textItems("imported", message.content, view);
}

/** The request that a call waited for, by the id of the call; of several the last. */
export function requestsByCall(permissions: SessionState["permissions"]): ReadonlyMap<string, Permission> {
  return new Map(Object.values(permissions).map((request) => [request.callId, request]));
}

function partItems(part: Part, before: Part | undefined, view: HistoryView): Item[] {
  switch (part.kind) {
    case "text":
      return textItems(part.partId, part.text, view);
    case "thinking":
      return [{ lines: view.isUnfolded ? remark(part.text, view) : remark(thoughtLine(null), view), isApart: true }];
    case "tool": {
      const card = toolCard(part, view.requests.get(part.callId), {
        ...view,
        fold: view.isUnfolded ? unfolded : folded,
      });
      return [{ lines: card, isApart: before?.kind !== "tool" }];
    }
    default:
      return part satisfies never;
  }
}

function textItems(partId: string, text: string, view: HistoryView): Item[] {
  const printer = new TextPrinter(partId, view.renderer, noGate);
  printer.read(text);
  printer.end();
  return printer.take({ ...view, rows: Infinity }).items;
}
