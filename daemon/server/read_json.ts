/** JSON from outside: its nesting is bounded before it is parsed, so that a few bytes cannot cost much memory. */
import { MAX_JSON_DEPTH, OptaError } from "@opta/protocol";

/** @throws {OptaError} `invalid_request` */
export function readJson(text: string): unknown {
  if (isDeeper(text, MAX_JSON_DEPTH)) {
    throw new OptaError("invalid_request", `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OptaError("invalid_request", "This is not valid JSON.", undefined, { cause });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Counts brackets outside of strings; text that is not JSON may be counted wrong, and is refused by the parser. */
function isDeeper(text: string, limit: number): boolean {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > limit) return true;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
    }
  }
  return false;
}

/** Index of the quote that ends the string which begins at `start`, or the end of the text. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (text.charCodeAt(end - 1 - escapes) === BACKSLASH && end - 1 - escapes >= start) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return text.length;
}
