/**
 * How text becomes words for the full-text index, and a search its words: without case and accents; scripts that are
 * written without spaces give one word a character. Every store uses this, so that all find the same.
 */

/** Longer runs of letters are not language but encoded data; their beginning is enough to find them. */
const MAX_WORD_LENGTH = 64;

const ACCENTS = /[\u0300-\u036f]/g;
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;

/** The different words of a text. They hold letters, digits and marks only. */
export function searchWords(text: string): Set<string> {
  const plain = text.normalize("NFKD").replace(ACCENTS, "").normalize("NFC").toLowerCase();
  return new Set(plain.match(WORDS)?.map((word) => word.slice(0, MAX_WORD_LENGTH)));
}
