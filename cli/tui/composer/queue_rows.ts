/** The turns that wait, in rows: who wrote which, the chosen one, and what keys do to it. Pure. */
import type { Turn } from "@opta/protocol";
import { windowOf } from "../list_pane.ts";
import type { Row } from "../row.ts";

/** What is done about a turn, as long as the daemon has not answered. */
export type Going = "edited" | "removed";

export interface ShownQueue {
  queue: readonly Turn[];
  /** The place of the chosen one; negative for none. */
  chosen: number;
  /** The removal of the chosen one was asked for once. */
  isAsked: boolean;
  going: ReadonlyMap<string, Going>;
  isOwn(turn: Turn): boolean;
}

/** Turns that are listed; the others are counted. */
const MAX_LISTED = 5;
/** UTF-16 units of a message that are looked at for its first line. */
const MAX_LINE_LENGTH = 1_000;

const goings: Record<Going, string> = { edited: "  being taken back …", removed: "  being removed …" };

export function queueRows(shown: ShownQueue, maxRows: number): { row: Row; isChosen: boolean }[] {
  const { queue, chosen } = shown;
  if (queue.length === 0 || maxRows <= 0) return [];
  const chosenTurn = queue[chosen];
  const hasKeys = chosenTurn !== undefined && maxRows > 1;
  const room = maxRows - (hasKeys ? 1 : 0);
  const isCut = queue.length > Math.min(MAX_LISTED, room);
  const listed = Math.max(1, Math.min(MAX_LISTED, isCut ? room - 1 : room, queue.length));
  // What comes next is what matters, unless another one is looked at.
  const { from, to } = windowOf(queue.length, Math.max(0, chosen), listed);
  const rows = queue.slice(from, to).map((turn, i) => ({
    row: rowOf(turn, from + i, shown),
    isChosen: from + i === chosen,
  }));
  const hidden = queue.length - (to - from);
  if (hidden > 0 && rows.length < room) {
    rows.push({ row: [[`  … ${hidden} more wait${hidden === 1 ? "s" : ""}`, "dim"]], isChosen: false });
  }
  if (hasKeys) rows.push({ row: [[`  ${keysFor(chosenTurn, shown)}`, "dim"]], isChosen: false });
  return rows;
}

function rowOf(turn: Turn, index: number, { isOwn, going }: ShownQueue): Row {
  const text = turn.content.slice(0, MAX_LINE_LENGTH).trim();
  const end = text.indexOf("\n");
  const isWhole = end < 0 && turn.content.length <= MAX_LINE_LENGTH;
  const first = end < 0 ? text : text.slice(0, end).trimEnd();
  const doing = going.get(turn.turnId);
  return [
    [`  ${index + 1}. `, "dim"],
    [isOwn(turn) ? "" : `${turn.writerId}: `, "user"],
    [isWhole ? first : `${first} …`, "dim"],
    [doing === undefined ? "" : goings[doing], "warning"],
  ];
}

function keysFor(turn: Turn, { isOwn, isAsked }: ShownQueue): string {
  if (isAsked) return `Delete once more removes what ${turn.writerId} wrote · Esc`;
  return isOwn(turn) ? "Enter takes it back to be edited · Delete removes it · Esc" : "Delete removes it · Esc";
}
