/** Where a client stands in a log [E3], and the text form that SSE ids have [R7]. */

/** Everything up to and with `seq` of the history `epoch` has been seen. */
export interface Cursor {
  epoch: string;
  seq: number;
}

/** The SSE id of an event, `epoch:seq`. */
export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}:${cursor.seq}`;
}

/** Reads what `formatCursor` writes; `null` when the text is no cursor. */
export function parseCursor(text: string): Cursor | null {
  const match = /^([^:]+):(\d{1,15})$/.exec(text);
  return match?.[1] && match[2] ? { epoch: match[1], seq: Number(match[2]) } : null;
}
