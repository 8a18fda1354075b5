/** Finds the items that somebody means by a few letters, the best first. */
import fuzzysort from "fuzzysort";

/** As many as anybody looks through; narrowing the search finds the others. */
const MAX_FOUND = 200;
/** Below it, letters are strewn all over the text. */
const LEAST_SCORE = 0.3;

/** All of them, in their order, while nothing is searched for. */
export function rankItems<T>(query: string, items: readonly T[], textOf: (item: T) => string): readonly T[] {
  if (query.trim() === "") return items;
  return fuzzysort.go(query.trim(), items, { key: textOf, limit: MAX_FOUND, threshold: LEAST_SCORE })
    .map(({ obj }) => obj);
}
