/**
 * Makes a text show everything that is in it, for whoever has to decide about it: what a terminal would obey, or a screen
 * would not show, stands there as an escape, rather than being left out. `rm -rf ~` then a carriage return and `ls` is not `ls`.
 */
/** Joiners stay: emoji and several scripts are written with them, and they hide nothing. */
const unseen = /(?![\n\t])\p{Cc}|(?![\u200c\u200d])\p{Cf}|[\u2028\u2029\u{e0000}-\u{e007f}]|\p{Cs}/gu;

export function showExactly(text: string): string {
  return text.replace(unseen, escapeOf);
}

/** The same for a text that is to stay within its line: breaks and tabs, too, and what looks like a blank or like nothing. */
export function showLineExactly(text: string): string {
  return text.replaceAll("\n", "\\n").replaceAll("\t", "\\t").replace(notPlain, escapeOf);
}

const notPlain = /(?! )[\p{C}\p{Z}\p{DI}\u2800]/gu;

function escapeOf(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length <= 2 ? `\\x${code.padStart(2, "0")}` : `\\u{${code}}`;
}
