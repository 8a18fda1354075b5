/** An extractive summary: it counts and quotes, and says that it does no more. */
import { clip } from "./demo_request.ts";

/** Longest sentence that is quoted, most headings and words that are named. */
const MAX_SENTENCE_LENGTH = 300;
const MAX_HEADINGS = 8;
const MAX_WORDS = 5;
/** Shorter words are mostly those that hold sentences together. */
const MIN_WORD_LENGTH = 5;

const COMMON_WORDS = new Set(
  "about after again being before because between could does doing every first from have having into just more most other \
over should since some such than that their there these they thing things this those through under until what when where \
which while with without would your".split(" "),
);

/** What can be said about a text without understanding it. */
export function summarise(material: string): string {
  const text = unwrap(material);
  const lines = text.split("\n");
  const words = text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}'’_-]*/gu) ?? [];
  const headings = lines.filter((line) => /^#{1,6} \S/.test(line)).map((line) => line.replace(/^#+ /, "").trim());
  const prose = lines.filter((line) => line.trim().includes(" ") && !/^(?:#|```|\|)/.test(line)).join(" ");
  const sentences = prose.slice(0, 4 * MAX_SENTENCE_LENGTH).match(/\S.*?(?:[.!?…](?=\s|$)|$)/gu) ?? [];
  const first = sentences[0] ?? lines.find((line) => line.trim() !== "") ?? "";
  const facts = [
    `- ${plural(lines.length, "line")}, ${plural(words.length, "word")}, ${plural(text.length, "character")}`,
    ...(headings.length > 0
      ? [`- Headings: ${headings.slice(0, MAX_HEADINGS).map((h) => clip(h, 80)).join(" · ")}`]
      : []),
    ...frequentWords(words),
  ];
  return `I do not understand text, so this summary only quotes and counts.

> ${clip(first.trim(), MAX_SENTENCE_LENGTH)}

${facts.join("\n")}

A real language model would say what it means: ask me how to set a model server.`;
}

/** Takes off a fence or a tag around the whole text. */
function unwrap(material: string): string {
  const lines = material.trim().split("\n");
  const isWrapper = (line: string | undefined) =>
    line !== undefined && /^(?:```[\w-]*|<\/?[\w-]+>|-{3,})$/.test(line.trim());
  if (lines.length > 2 && isWrapper(lines[0]) && isWrapper(lines.at(-1))) return lines.slice(1, -1).join("\n");
  return lines.join("\n");
}

function frequentWords(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) {
    const key = word.toLowerCase();
    if (key.length >= MIN_WORD_LENGTH && !COMMON_WORDS.has(key)) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const repeated = [...counts].filter(([, count]) => count > 1).sort((a, b) => b[1] - a[1]).slice(0, MAX_WORDS);
  if (repeated.length === 0) return [];
  return [`- Frequent words: ${repeated.map(([word, count]) => `${clip(word, 40)} (${count})`).join(", ")}`];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
