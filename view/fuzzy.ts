/** Fuzzy search in lists that people choose from: the best fits first. */
import fuzzysort from "fuzzysort";

/** Fits that are given; nobody looks further down a list. */
const MAX_FITS = 100;
/** UTF-16 units of a text that are looked at. */
const MAX_TEXT_LENGTH = 500;
/** Below it a fit is one by accident. */
const LEAST_SCORE = 0.2;
/** Items that are searched without letting anything else happen: a few milliseconds. */
export const SLICE = 2_000;

export interface Fit<T> {
  item: T;
  /** Places in the text that was searched, in UTF-16 units, which fit the query. */
  places: readonly number[];
  /** From 0 to 1, which is what was searched for to the letter. */
  score: number;
}

/** The items whose text fits, best first; all of them, in their order, for an empty query. */
export function rank<T>(query: string, items: readonly T[], textOf: (item: T) => string): Fit<T>[] {
  const wanted = query.trim();
  if (wanted === "") return items.slice(0, MAX_FITS).map((item) => ({ item, places: [], score: 0 }));
  const found = fuzzysort.go(wanted, items, {
    key: (item: T) => textOf(item).slice(0, MAX_TEXT_LENGTH),
    limit: MAX_FITS,
    threshold: LEAST_SCORE,
  });
  return found.map(({ obj, indexes, score }) => ({ item: obj, places: indexes, score }));
}

/**
 * The same for a list of any length: a part of it at a time, so that nobody who types waits for it.
 *
 * @throws the signal's reason
 */
export async function rankLong<T>(
  query: string,
  items: readonly T[],
  textOf: (item: T) => string,
  signal: AbortSignal,
): Promise<Fit<T>[]> {
  if (query.trim() === "") return rank(query, items, textOf);
  let fits: Fit<T>[] = [];
  for (let at = 0; at < items.length; at += SLICE) {
    await new Promise((resolve) => setTimeout(resolve)); // of a queue of its own: keys and frames come first
    signal.throwIfAborted();
    fits = [...fits, ...rank(query, items.slice(at, at + SLICE), textOf)]
      .sort((a, b) => b.score - a.score)
      .slice(0, MAX_FITS);
  }
  return fits;
}
