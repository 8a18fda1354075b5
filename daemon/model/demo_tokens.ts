/** Tokens of the demo model: how an answer is cut for streaming, and how many tokens a text would be to a real model. */

/**
 * One piece: a word (or part of a long one) with its leading space, up to three digits, a run of punctuation, or white
 * space. Every code point belongs to one of the branches, so the pieces join back to the text; the `u` flag keeps
 * surrogate pairs whole.
 */
const PIECE = / ?[\p{L}\p{M}]{1,8}| ?\p{N}{1,3}| ?[^\s\p{L}\p{M}\p{N}]{1,4}|\s{1,16}/gu;

/** Cuts a text the way a model would emit it. Lazy: a long answer is never held twice. */
export function* tokenise(text: string): Generator<string, void> {
  for (const [piece] of text.matchAll(PIECE)) yield piece;
}

/** Characters of a token in English text, on average. */
const CHARACTERS_PER_TOKEN = 4;

/** An estimate for usage figures, from a number of characters; nothing may depend on it being exact. */
export function estimateTokens(characters: number): number {
  return Math.ceil(characters / CHARACTERS_PER_TOKEN);
}
