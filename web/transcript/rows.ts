/**
 * A conversation as rows, oldest first: the messages that came with the session, then each turn. A turn keeps its place
 * from its queueing until its end, so that its row is the same all along. Rows are made when they are looked at: there may
 * be many thousands. Pure.
 */
import type { Message, SessionState, Turn } from "@opta/protocol";

export type Row =
  | { kind: "message"; key: string; message: Message }
  | { kind: "turn"; key: string; turn: Turn };

/** The turn that runs, or that runs next when none does: it waits for nothing but its model. */
export function currentTurn({ active, queue }: SessionState): Turn | null {
  return active ?? queue[0] ?? null;
}

export function rowCount(state: SessionState): number {
  return state.imported.length + state.turns.length + (currentTurn(state) ? 1 : 0);
}

/** @param index below `rowCount()` */
export function rowAt(state: SessionState, index: number): Row {
  const { imported, turns } = state;
  const message = imported[index];
  if (message) return { kind: "message", key: `m${index}`, message };
  const turn = turns[index - imported.length] ?? currentTurn(state);
  if (!turn) throw new RangeError(`There is no row ${index} of ${rowCount(state)}`);
  return { kind: "turn", key: turn.turnId, turn };
}

/** Everything in a row that can be found. */
export function textsOf(row: Row): string[] {
  if (row.kind === "message") return [row.message.content];
  return [row.turn.content, ...row.turn.parts.flatMap((part) => part.kind === "text" ? [part.text] : [])];
}

/** CSS pixels: of a line of text, of what stands around the texts of a row, and of a folded part. */
const LINE_HEIGHT = 24;
const FRAME_HEIGHT = 110;
const FOLDED_HEIGHT = 44;

/** About how high a row will be, before it has been drawn. @param columns characters in a line */
export function estimateHeight(row: Row, columns: number): number {
  if (row.kind === "message") return FRAME_HEIGHT / 2 + linesOf(row.message.content, columns) * LINE_HEIGHT;
  let height = FRAME_HEIGHT + linesOf(row.turn.content, columns) * LINE_HEIGHT;
  for (const part of row.turn.parts) {
    height += part.kind === "text" ? linesOf(part.text, columns) * LINE_HEIGHT : FOLDED_HEIGHT;
  }
  return height;
}

/** By its length alone: line feeds in many thousands of texts would take long to count. */
function linesOf({ length }: string, columns: number): number {
  return Math.max(1, Math.ceil(length / columns * 1.15));
}
