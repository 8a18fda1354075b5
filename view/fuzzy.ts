/** Fuzzy search in lists that people choose from: the best fits first. */
import fuzzysort from "fuzzysort";

/** Fits that are given; nobody looks further down a list. */
const MAX_FITS = 100;
/** UTF-16 units of a text that are looked at. */
const MAX_TEXT_LENGTH = 500;
/** Below it a fit is one by accident. */
const LEAST_SCORE = 0.2;

export interface Fit<T> {
  item: T;
  /** Places in the text that was searched, in UTF-16 units, which fit the query. */
  places: readonly number[];
}

/** The items whose text fits, best first; all of them, in their order, for an empty query. */
export function rank<T>(query: string, items: readonly T[], textOf: (item: T) => string): Fit<T>[] {
  const wanted = query.trim();
  if (wanted === "") return items.slice(0, MAX_FITS).map((item) => ({ item, places: [] }));
  const found = fuzzysort.go(wanted, items, {
    key: (item: T) => textOf(item).slice(0, MAX_TEXT_LENGTH),
    limit: MAX_FITS,
    threshold: LEAST_SCORE,
  });
  return found.map(({ obj, indexes }) => ({ item: obj, places: indexes }));
}
