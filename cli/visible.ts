/**
 * Makes text from elsewhere safe to print on one line: no escape sequence, no control character, nothing that reorders
 * or hides what stands around it reaches the terminal (security rule 10).
 */

// Controls (Cc: C0, DEL, C1), format characters (Cf: bidi overrides, tags, zero width) and line separators.
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** Each such character becomes its code, `\u{1b}`, so that it can be seen that it was there. */
export function visible(text: string): string {
  return text.replace(unprintable, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}
