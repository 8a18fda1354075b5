/**
 * How text becomes words for the full-text index, and a search its words: without case and accents; scripts that are
 * written without spaces give one word a character. Every store uses this, so that all find the same.
 */

/**
 * What is indexed of one text, in UTF-16 units: more than anybody writes by hand. Normalizing and matching hold the event
 * loop for about 50 ms in a million units, and a regular expression overflows its stack in eight million.
 */
const MAX_INDEXED_LENGTH = 128 * 1024;
/** Longer runs of letters are not language but encoded data; their beginning is enough to find them. */
const MAX_WORD_LENGTH = 64;

/**
 * More marks on one letter than any script has (the limit is that of Unicode's stream-safe format). Normalizing puts the
 * marks of a run in order, which takes minutes when all of a long text is marks; whoever sends it would stop the daemon.
 */
const TOO_MANY_MARKS = /(\p{M}{30})\p{M}+/gu;
const ACCENTS = /[\u0300-\u036f]/g;
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[[\p{L}\p{N}\p{M}]--[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]]+/gv;

/** The different words of a text, or of its beginning when it is very long. They hold letters, digits and marks only. */
export function searchWords(text: string): Set<string> {
  const bounded = text.slice(0, MAX_INDEXED_LENGTH).replace(TOO_MANY_MARKS, "$1");
  const plain = bounded.normalize("NFKD").replace(ACCENTS, "").normalize("NFC").toLowerCase();
  return new Set(plain.match(WORDS)?.map((word) => word.slice(0, MAX_WORD_LENGTH)));
}
