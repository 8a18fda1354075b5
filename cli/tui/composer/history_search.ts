/** The search in earlier messages, as shells have it with Ctrl-R: the latest one that holds what was typed. Pure. */
import type { Key } from "../../chat/keys.ts";

export interface HistorySearch {
  readonly query: string;
  /** The place in the history of what was found; `null` for nothing. */
  readonly at: number | null;
}

const MAX_QUERY_LENGTH = 200;

export function beginSearch(): HistorySearch {
  return { query: "", at: null };
}

/** `null` for a key that ends the search. */
export function pressSearch(search: HistorySearch, key: Key, history: readonly string[]): HistorySearch | null {
  switch (key.name) {
    case "text": {
      const query = (search.query + key.text.replaceAll(/\s+/g, " ")).slice(0, MAX_QUERY_LENGTH);
      return { query, at: findBefore(history, query, (search.at ?? history.length - 1) + 1) };
    }
    case "backspace": {
      const query = [...search.query].slice(0, -1).join("");
      return { query, at: findBefore(history, query, history.length) };
    }
    case "searchHistory":
    case "up":
      return { ...search, at: findBefore(history, search.query, search.at ?? history.length) ?? search.at };
    default:
      return null;
  }
}

function findBefore(history: readonly string[], query: string, before: number): number | null {
  if (query === "") return null;
  const wanted = query.toLowerCase();
  for (let i = Math.min(before, history.length) - 1; i >= 0; i--) {
    if (history[i]!.toLowerCase().includes(wanted)) return i;
  }
  return null;
}
