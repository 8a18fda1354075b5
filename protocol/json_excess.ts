/** Bounds of JSON from outside, looked at before it is parsed: a few bytes cannot cost much memory or hold up a loop. */
import { MAX_JSON_DEPTH, MAX_JSON_VALUES } from "./limits.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/**
 * What there is too much of, or `null`. Counts what stands outside of strings, where each value but the first follows a
 * bracket or a comma; text that is not JSON may be counted wrong, and is refused by the parser.
 */
export function jsonExcess(text: string, maxValues: number = MAX_JSON_VALUES): string | null {
  let depth = 0;
  let valueCount = 1;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_JSON_DEPTH) return `The JSON is nested deeper than ${MAX_JSON_DEPTH} levels.`;
        valueCount++;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        depth--;
        break;
      case 0x2c: // ,
        valueCount++;
        break;
    }
    if (valueCount > maxValues) return `The JSON holds more than ${maxValues} values.`;
  }
  return null;
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
