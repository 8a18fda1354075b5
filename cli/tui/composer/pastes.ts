/**
 * Long pastes, each in the text that is typed as one character of a private plane, so that it is deleted and passed over as
 * one, and typing beside it stays fast. What was pasted is put back when the text is sent. Pure but for what it holds.
 */

/** A paste of more units or lines than this is shown by its size. */
const MAX_SHOWN_LENGTH = 1_000;
const MAX_SHOWN_LINES = 10;
/** The first of the private characters that stand for pastes. */
const FIRST_CODE = 0xf_0000;
/** Pastes that are held: a text has no more, and the plane has room for them. */
const MAX_PASTES = 1_000;

const placeholders = /[\u{f0000}-\u{f03e7}]/gu;

export class Pastes {
  readonly #texts: string[] = [];

  /** What to put into the text for what was pasted or typed. */
  take(text: string): string {
    const plain = text.replaceAll(placeholders, ""); // they stand for pastes and for nothing else
    const isLong = plain.length > MAX_SHOWN_LENGTH || countLines(plain) > MAX_SHOWN_LINES;
    if (!isLong || this.#texts.length >= MAX_PASTES) return plain;
    this.#texts.push(plain);
    return String.fromCodePoint(FIRST_CODE + this.#texts.length - 1);
  }

  /** What is shown for a character; `null` for one that stands for itself. */
  label(character: string): string | null {
    const text = this.#textOf(character);
    if (text === undefined) return null;
    const lines = countLines(text);
    const size = lines > 1 ? `${lines.toLocaleString("en")} lines` : `${text.length.toLocaleString("en")} characters`;
    return `[pasted ${size}]`;
  }

  /** The text with all that was pasted. */
  expand(text: string): string {
    return text.replaceAll(placeholders, (character) => this.#textOf(character) ?? "");
  }

  #textOf(character: string): string | undefined {
    const code = character.codePointAt(0);
    return code === undefined ? undefined : this.#texts[code - FIRST_CODE];
  }
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
