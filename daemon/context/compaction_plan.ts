/** Which part of a conversation a summary replaces. Pure. */
import type { ModelMessage } from "../model/model.ts";
import type { History } from "../session/history.ts";
import { estimateTokens } from "./budget.ts";
import { opening } from "./request_messages.ts";
import { shortenResults } from "./shorten_results.ts";

export interface CompactionPlan {
  /** The last turn that is replaced; `null` when only what came with the session is. */
  throughTurnId: string | null;
  replaced: ModelMessage[];
}

/**
 * The latest turns that fit into `keptTokens` stay as they are. `null` when there is nothing to replace: a summary alone is
 * not summarised again.
 */
export function planCompaction(history: History, keptTokens: number): CompactionPlan | null {
  const { turns, imported } = history;
  let from = turns.length;
  for (let tokens = 0; from > 0; from--) {
    tokens += estimateTokens(shortenResults(turns[from - 1]!.messages));
    if (tokens > keptTokens) break;
  }
  const old = turns.slice(0, from);
  if (old.length === 0 && imported.length === 0) return null;
  return {
    throughTurnId: old.at(-1)?.turnId ?? null,
    replaced: [...opening(history), ...old.flatMap(({ messages }) => messages)],
  };
}
