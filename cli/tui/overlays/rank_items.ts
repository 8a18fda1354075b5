/** Finds the items that somebody means by a few letters, the best first. */
import { rank } from "@opta/view/fuzzy";

/** All of them, in their order, while nothing is searched for. */
export function rankItems<T>(query: string, items: readonly T[], textOf: (item: T) => string): readonly T[] {
  return query.trim() === "" ? items : rank(query, items, textOf).map(({ item }) => item);
}
