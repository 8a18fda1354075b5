/**
 * How the demo model reads a message: a short instruction, and the text that it is about, pasted or from a pipe; or an
 * order, which has something done.
 */

export interface DemoRequest {
  /** One line, as it was written. */
  instruction: string;
  /** The instruction in lower case, without courtesies and final punctuation: what patterns are tried on. */
  plain: string;
  /** The lines that are not the instruction. */
  material: string;
  /** The whole message. */
  content: string;
}

/** An instruction is a sentence or two. Patterns see no more than this, so that a pasted book costs them nothing. */
const MAX_INSTRUCTION_LENGTH = 300;

const COURTESY =
  /^(?:(?:please|kindly|okay|ok|now|so|opta[,:]|(?:can|could|would|will) you|i want you to|i would like you to)[\s,]+)+/i;

/** What is to be done: to the letter, so that a path or a command is taken as it was written. */
export interface DemoOrder {
  /** One line without courtesies. */
  line: string;
  /** What stands below it. */
  material: string;
}

/** An order that is longer is none: half of a command must never be run. */
const MAX_ORDER_LENGTH = 2_000;

/** The first line as an order, or `null`. */
export function orderOf(content: string): DemoOrder | null {
  const text = content.trim();
  const end = text.indexOf("\n");
  const line = (end === -1 ? text : text.slice(0, end)).trim();
  if (line.length > MAX_ORDER_LENGTH) return null;
  return { line: line.replace(COURTESY, ""), material: end === -1 ? "" : text.slice(end + 1) };
}

/** The ways to read a message: the instruction stands in the first line, or below the text, in the last. */
export function readings(content: string): DemoRequest[] {
  const text = content.trim();
  const firstEnd = text.indexOf("\n");
  if (firstEnd === -1) return [reading(text, "", text)];
  const lastStart = text.lastIndexOf("\n");
  return [
    reading(text.slice(0, firstEnd), text.slice(firstEnd + 1), text),
    reading(text.slice(lastStart + 1), text.slice(0, lastStart), text),
  ];
}

function reading(line: string, material: string, content: string): DemoRequest {
  const instruction = line.trim().slice(0, MAX_INSTRUCTION_LENGTH);
  const plain = instruction.toLowerCase().replaceAll("’", "'").replace(COURTESY, "").replace(/[\s.!?]+$/, "");
  return { instruction, plain, material: material.trim(), content };
}

const NUMBER_WORDS: Record<string, number> = {
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  hundred: 100,
  thousand: 1_000,
};

/** A number as people write it: `20`, `1,000`, `twenty`. `null` when it is none. */
export function readNumber(word: string): number | null {
  if (/^\d[\d,]*$/.test(word)) return Number(word.replaceAll(",", ""));
  return NUMBER_WORDS[word] ?? null;
}

/** The beginning of a text, at most `limit` characters of it, with an ellipsis where something is left out. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  // A cut between the two halves of a surrogate pair would leave half a character.
  const end = /[\uD800-\uDBFF]$/.test(text.slice(0, limit)) ? limit - 1 : limit;
  return `${text.slice(0, end).trimEnd()}…`;
}
