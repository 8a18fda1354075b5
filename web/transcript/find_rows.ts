/** Which rows of a conversation hold a text. Pure. */
import type { SessionState } from "@opta/protocol";
import { rowAt, rowCount, textsOf } from "./rows.ts";

/** Indexes of the rows that hold `query` in any case, in order. An empty query is in none. */
export function findRows(state: SessionState, query: string): number[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  const found: number[] = [];
  for (let index = 0; index < rowCount(state); index++) {
    if (textsOf(rowAt(state, index)).some((text) => text.toLowerCase().includes(wanted))) found.push(index);
  }
  return found;
}

/** Of rows in order: the nearest at or after `from` (or at or before it), going round at the ends; `null` of none. */
export function nextFound(found: readonly number[], from: number, isBackwards: boolean): number | null {
  if (found.length === 0) return null;
  const next = isBackwards ? found.findLast((row) => row <= from) : found.find((row) => row >= from);
  return next ?? (isBackwards ? found.at(-1)! : found[0]!);
}
