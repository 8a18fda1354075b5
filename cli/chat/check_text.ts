/** Tells text from what was piped in by mistake: a picture, an archive, a program, a file in another encoding. */
import { CliError, ExitCode } from "../exit.ts";

/** What the decoder puts in the place of bytes that are no UTF-8. */
const REPLACEMENT = /\uFFFD/g;

/** So many odd characters are nothing yet: a text may be cut within one, at both of its ends. */
const FEW = 4;
/** Text in another encoding of Latin letters has fewer, all others have more: that would reach the model as noise. */
const MOST_SHARE = 0.1;

/**
 * @param text as it was decoded
 * @param source where it comes from, as a sentence begins
 * @returns how many characters of it could not be read
 * @throws {CliError} when it is no text at all
 */
export function checkText(text: string, source: string): number {
  const replaced = text.match(REPLACEMENT)?.length ?? 0;
  const isNoise = replaced > FEW && replaced > text.length * MOST_SHARE;
  if (!isNoise && !text.includes("\0")) return replaced;
  throw new CliError(
    `${source} is not text in UTF-8, and a model takes nothing else. Convert it ("iconv -t UTF-8 -f ENCODING"), ` +
      "or name the file in the task instead",
    ExitCode.usage,
  );
}

/** What is said about a text that was sent all the same. */
export function describeReplaced(count: number): string {
  const characters = count === 1 ? "1 character" : `${count} characters`;
  return `standard input has ${characters} that are not UTF-8: the model sees "\uFFFD" there`;
}
