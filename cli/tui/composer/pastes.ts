/**
 * Long pastes, each in the text that is written as one private character, so that it is passed over and deleted as one, and
 * typing beside it stays fast. What was pasted is put back when the text is sent. A text that has such a character of its own
 * keeps it: only one that occurs nowhere else stands for a paste. Pure.
 */

export interface Pastes {
  /** What was pasted, by the character that stands for it. */
  readonly texts: ReadonlyMap<string, string>;
  /** How many there have been: no character is used again while what was found out about it is remembered. */
  readonly count: number;
}

export const noPastes: Pastes = { texts: new Map(), count: 0 };

/** A paste of more units or lines than this is shown by its size. */
const MAX_SHOWN_LENGTH = 1_000;
const MAX_SHOWN_LINES = 10;
/** The private characters that nobody has made a font for, unlike those of the planes before. */
const FIRST_CODE = 0x10_0000;
const CODES = 0xfffe;

/**
 * What to put into the text for what was pasted or typed.
 *
 * @param inUse texts in which the character that stands for it must not occur
 */
export function takeIn(pastes: Pastes, text: string, inUse: Iterable<string>): { pastes: Pastes; inserted: string } {
  const isLong = text.length > MAX_SHOWN_LENGTH || countLines(text) > MAX_SHOWN_LINES;
  // A character that stands for a paste already would become that paste.
  if (!isLong && ![...pastes.texts.keys()].some((stand) => text.includes(stand))) return { pastes, inserted: text };
  const others = [text, ...pastes.texts.values(), ...inUse];
  let { count } = pastes;
  let stand: string;
  do stand = String.fromCodePoint(FIRST_CODE + count++ % CODES); while (
    pastes.texts.has(stand) || others.some((other) => other.includes(stand))
  );
  return { pastes: { texts: new Map([...pastes.texts, [stand, text]]), count }, inserted: stand };
}

/** Without those that occur in none of the texts any more. */
export function pruned(pastes: Pastes, texts: readonly string[]): Pastes {
  const kept = [...pastes.texts].filter(([stand]) => texts.some((text) => text.includes(stand)));
  return kept.length === pastes.texts.size ? pastes : { ...pastes, texts: new Map(kept) };
}

/** The text with all that was pasted. */
export function expanded({ texts }: Pastes, text: string): string {
  return replaced(texts, text, (stand) => texts.get(stand)!);
}

/** What is shown for a character; `null` for one that stands for itself. */
export function labelOf({ texts }: Pastes, character: string): string | null {
  const label = replaced(texts, character, (stand) => describe(texts.get(stand)!));
  return label === character ? null : label;
}

/** The place of a paste that the cursor touches, the one before it first; `null` when it touches none. */
export function pasteAt({ texts }: Pastes, text: string, cursor: number): { start: number; end: number } | null {
  for (const start of [cursor - 2, cursor]) {
    if (start >= 0 && texts.has(text.slice(start, start + 2))) return { start, end: start + 2 };
  }
  return null;
}

/** All at once: what was pasted may hold such a character, too. */
function replaced(texts: Pastes["texts"], text: string, by: (stand: string) => string): string {
  if (texts.size === 0) return text;
  return text.replaceAll(new RegExp(`[${[...texts.keys()].join("")}]`, "gu"), by);
}

function describe(text: string): string {
  const lines = countLines(text);
  const size = lines > 1 ? `${lines.toLocaleString("en")} lines` : `${text.length.toLocaleString("en")} characters`;
  return `[pasted ${size}]`;
}

/** As people count: a line feed at the end begins no line. */
function countLines(text: string): number {
  let count = text.endsWith("\n") ? 0 : 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
