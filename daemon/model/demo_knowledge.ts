/**
 * Finds what the demo model knows about a question, by scoring keywords. Not a search engine: one best text, or none when
 * the request is not clearly about any topic. The texts are in `demo_topics.ts`.
 */
import { type Topic, topics } from "./demo_topics.ts";

/** A keyword of this weight is enough by itself; lighter ones are, together. */
const ENOUGH = 3;
/** In a longer request words meet by chance: twice the score is wanted. */
const LONG_REQUEST_WORDS = 25;

/** Requests to make something are no questions about Opta, whatever words occur in them. */
const WORK =
  /^(?:write|implement|translate|fix|refactor|generate|create|code|draft|compose|design|build|debug|prove|calculate|solve)\b/;

/** The text that fits a request best, or `null`. `plain` is the request in lower case. */
export function lookUp(plain: string): string | null {
  if (WORK.test(plain)) return null;
  const words = plain.split(/[^\p{L}\p{N}_.+-]+/u);
  const needed = words.length > LONG_REQUEST_WORDS ? 2 * ENOUGH : ENOUGH;
  let best = { score: needed - 1, text: null as string | null };
  for (const { keywords, text } of topics) {
    const score = scoreOf(keywords, words);
    if (score > best.score) best = { score, text };
  }
  return best.text;
}

function scoreOf(keywords: Topic["keywords"], words: readonly string[]): number {
  const score = Object.entries(keywords)
    .map(([weight, list]) => Number(weight) * list.split(" ").filter((keyword) => occurs(keyword, words)).length)
    .reduce((sum, part) => sum + part, 0);
  return score > 0 && words.includes("opta") ? score + 1 : score; // who names Opta asks about Opta
}

function occurs(keyword: string, words: readonly string[]): boolean {
  return words.some((word) => keyword.length > 3 ? word.startsWith(keyword) : word === keyword);
}
