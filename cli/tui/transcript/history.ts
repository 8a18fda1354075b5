/** The conversation as it was when it is opened: its latest turns, or all of it for a pager. */
import type { SessionState } from "@opta/protocol";
import type { Theme } from "../theme.ts";
import { type Item, linesOf } from "./item.ts";
import { BlockRenderer } from "./render_block.ts";
import { type HistoryView, importedItems, requestsByCall, turnItems } from "./turn_items.ts";
import { remark } from "./turn_lines.ts";

/** UTF-16 units of the turns that are printed when a session is opened: about 200 ms of work. */
const MAX_HISTORY_LENGTH = 100_000;

/** Of the latest ended turns so many, or fewer long ones, below a line that says how many there are before them. */
export function historyItems(state: SessionState, maxTurns: number, view: HistoryView): Item[] {
  const { turns, imported } = state;
  let first = turns.length;
  let length = 0;
  while (first > Math.max(0, turns.length - maxTurns) && length < MAX_HISTORY_LENGTH) {
    length += lengthOf(turns[--first]!);
  }
  const room = first > 0 ? 0 : maxTurns - turns.length;
  const messages = room > 0 ? imported.slice(-room) : [];
  return [
    ...earlier(first, imported.length - messages.length, view),
    ...messages.flatMap((message) => importedItems(message, view)),
    ...turns.slice(first).flatMap((turn) => turnItems(turn, state, view)),
  ];
}

export interface TextOptions {
  columns: number;
  theme: Theme;
  /** The client that looks. */
  clientId: string;
  onError?(error: unknown): void;
}

/** All of the transcript, nothing folded, line by line as it is asked for: however long it is, the first page is at hand. */
export function* transcriptText(state: SessionState, options: TextOptions): Generator<string, void, undefined> {
  const renderer = new BlockRenderer(options.onError ?? (() => {}));
  const requests = requestsByCall(state.permissions);
  const view: HistoryView = { ...options, isUnfolded: true, renderer, requests };
  let isFirst = true;
  for (const items of itemsOf(state, view)) {
    yield* linesOf(items, isFirst);
    isFirst &&= items.length === 0;
  }
}

function* itemsOf(state: SessionState, view: HistoryView): Generator<Item[], void, undefined> {
  for (const message of state.imported) yield importedItems(message, view);
  for (const turn of state.turns) yield turnItems(turn, state, view);
  if (state.active) yield turnItems(state.active, state, view);
}

function earlier(turns: number, messages: number, view: HistoryView): Item[] {
  const counted = [count(messages, "message"), count(turns, "turn")].filter((text) => text !== "").join(" and ");
  if (counted === "") return [];
  return [{ lines: remark(`… ${counted} before this: /history shows them`, view), isApart: true }];
}

function count(number: number, what: string): string {
  return number === 0 ? "" : `${number} ${what}${number === 1 ? "" : "s"}`;
}

function lengthOf({ content, parts }: SessionState["turns"][number]): number {
  return parts.reduce((sum, part) => sum + (part.kind === "text" ? part.text.length : 0), content.length);
}
