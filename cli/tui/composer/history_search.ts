/** The search in earlier messages, as shells have it with Ctrl-R: the latest one that holds what was typed. Pure. */
import { edit, type Editor, emptyEditor } from "../../chat/editor.ts";
import type { Key } from "../../chat/keys.ts";

export interface HistorySearch {
  readonly query: Editor;
  /** The place in the history of what was found; `null` for nothing. */
  readonly at: number | null;
}

const MAX_QUERY_LENGTH = 200;
/** UTF-16 units of a message that are looked at: a pasted file must not make typing slow. */
const MAX_SEARCHED_LENGTH = 2_000;

export function beginSearch(): HistorySearch {
  return { query: emptyEditor([]), at: null };
}

/** `null` for a key that ends the search. */
export function pressSearch(search: HistorySearch, key: Key, history: readonly string[]): HistorySearch | null {
  const { query, at } = search;
  switch (key.name) {
    case "text": {
      const text = key.text.slice(0, MAX_QUERY_LENGTH - query.text.length).replaceAll(/\s+/g, " ");
      const next = edit(query, { name: "text", text });
      // What was found may fit still.
      return { query: next, at: find(history, next.text, at ?? history.length - 1, -1) };
    }
    case "backspace":
    case "killWord":
    case "killToStart": {
      const next = edit(query, key);
      return { query: next, at: find(history, next.text, history.length - 1, -1) };
    }
    case "searchHistory":
    case "up":
      return { query, at: find(history, query.text, (at ?? history.length) - 1, -1) ?? at };
    case "down":
      return { query, at: at === null ? null : find(history, query.text, at + 1, 1) ?? at };
    default:
      return null;
  }
}

function find(history: readonly string[], query: string, from: number, step: 1 | -1): number | null {
  if (query === "") return null;
  const wanted = query.toLowerCase();
  for (let i = from; i >= 0 && i < history.length; i += step) {
    if (history[i]!.slice(0, MAX_SEARCHED_LENGTH).toLowerCase().includes(wanted)) return i;
  }
  return null;
}
