/**
 * What somebody has written and not sent, by session. It is theirs: nobody else sees it and the daemon never gets it. It is
 * kept in the storage of this tab, which outlives a reload and ends with the tab; sending it, or deleting its session,
 * removes it.
 */

/** Of sessions that a draft is kept for: the oldest goes first. */
const MAX_DRAFTS = 50;
/** Longest draft that is kept, in UTF-16 units; storage takes a few million in all. A longer one lives in the page alone. */
const MAX_KEPT_LENGTH = 64 * 1024;
const KEY = "opta.drafts";

export class Drafts {
  readonly #storage: Pick<Storage, "getItem" | "setItem"> | null;
  /** Latest last. */
  readonly #texts: Map<string, string>;

  /** @param storage `null` where the browser keeps nothing */
  constructor(storage: Pick<Storage, "getItem" | "setItem"> | null) {
    this.#storage = storage;
    this.#texts = new Map(readKept(storage));
  }

  /** Empty when there is none. */
  get(sessionId: string): string {
    return this.#texts.get(sessionId) ?? "";
  }

  set(sessionId: string, text: string): void {
    this.#texts.delete(sessionId);
    if (text !== "") this.#texts.set(sessionId, text);
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= MAX_DRAFTS) break;
      this.#texts.delete(oldest);
    }
    const kept = [...this.#texts].filter(([, text]) => text.length <= MAX_KEPT_LENGTH);
    try {
      this.#storage?.setItem(KEY, JSON.stringify(kept));
    } catch {
      // Storage is full or shut: the draft lives as long as the page.
    }
  }
}

function readKept(storage: Pick<Storage, "getItem"> | null): [string, string][] {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isDraft) : [];
  } catch {
    return []; // not of this program, or the storage is shut
  }
}

function isDraft(value: unknown): value is [string, string] {
  return Array.isArray(value) && value.length === 2 && value.every((part) => typeof part === "string");
}

/** The storage of this tab; `null` where a browser keeps nothing, which it says by throwing. */
export function tabStorage(): Storage | null {
  try {
    return globalThis.sessionStorage ?? null; // the mere look may throw
  } catch {
    return null;
  }
}
