/**
 * Makes text from a model or a tool safe for a terminal (security rule 10). Line feed and tab are the only controls that
 * pass. Escape sequences go as a whole, so that their parameters do not stay behind as litter; bidi overrides and
 * Unicode tag characters go because they make people read something else than what is there.
 *
 *     text ── ESC ──► escape ── [ ───────► csi ──── final byte ──► text
 *                       │ └──── ] P X ^ _ ► string ─ BEL, ST, line feed ──► text
 *                       └────── final byte ──► text
 *
 * The one-character C1 forms of CSI, OSC, DCS, SOS, PM and APC are entered from `text` directly.
 */

type Mode = "text" | "escape" | "csi" | "string";

/** What a text may hold that makes it worth looking at each character. */
const suspect = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]|\p{Cs}/u;
const everySuspect = new RegExp(suspect, "gu");

const BEL = 0x07;
const LINE_FEED = 0x0a;
const TAB = 0x09;
const CANCEL = 0x18;
const SUBSTITUTE = 0x1a;
const ESCAPE = 0x1b;
const CSI = 0x9b;
const STRING_TERMINATOR = 0x9c;
/** DCS, SOS, OSC, PM and APC as one C1 character, and as what follows ESC. */
const stringStarts: ReadonlySet<number> = new Set([0x90, 0x98, 0x9d, 0x9e, 0x9f]);
const escapedStringStarts: ReadonlySet<number> = new Set([..."PX]^_"].map((char) => char.charCodeAt(0)));

/** Sanitizes one stream of text that comes in pieces, wherever they are cut. */
export class Sanitizer {
  #mode: Mode = "text";
  /** The first half of a surrogate pair that was cut in two. */
  #half = "";

  push(piece: string): string {
    const text = this.#withoutHalf(this.#half + piece);
    if (this.#mode === "text" && !suspect.test(text)) return text;
    let clean = "";
    for (let i = 0; i < text.length;) {
      const code = text.codePointAt(i)!;
      const width = code > 0xffff ? 2 : 1;
      if (this.#passes(code)) clean += isSurrogate(code) ? "\ufffd" : text.slice(i, i + width);
      i += width;
    }
    return clean;
  }

  /**
   * Keeps the first half of a pair at the end for the next piece. That comes before anything else is asked: in a text that
   * is a slice of another, compiled `codePointAt` and regular expressions of V8 15 see the half that follows the slice.
   */
  #withoutHalf(text: string): string {
    const isHalved = isHighSurrogate(text.charCodeAt(text.length - 1));
    this.#half = isHalved ? text.slice(-1) : "";
    return isHalved ? text.slice(0, -1) : text;
  }

  /** Moves on by one character; whether it is text to show. */
  #passes(code: number): boolean {
    switch (this.#mode) {
      case "text":
        return this.#passesAsText(code);
      case "escape":
        return this.#passesAfterEscape(code);
      case "csi":
        if (code >= 0x20 && code <= 0x3f) return false;
        this.#mode = "text";
        return !(code >= 0x40 && code <= 0x7e) && this.#passesAsText(code);
      case "string":
        return this.#passesInString(code);
      default:
        return this.#mode satisfies never;
    }
  }

  #passesAsText(code: number): boolean {
    if (code === ESCAPE) this.#mode = "escape";
    else if (code === CSI) this.#mode = "csi";
    else if (stringStarts.has(code)) this.#mode = "string";
    else return isShown(code);
    return false;
  }

  #passesAfterEscape(code: number): boolean {
    if (code === 0x5b) this.#mode = "csi";
    else if (escapedStringStarts.has(code)) this.#mode = "string";
    else if (code < 0x20 || code > 0x2f) { // not an intermediate byte: the sequence ends here
      this.#mode = "text";
      return !(code >= 0x30 && code <= 0x7e) && this.#passesAsText(code);
    }
    return false;
  }

  /** A line feed ends it too: nothing honest has one there, and the rest of an answer must not vanish. */
  #passesInString(code: number): boolean {
    if (code === ESCAPE) this.#mode = "escape"; // of ESC \, or of what breaks the string off
    else if ([BEL, STRING_TERMINATOR, CANCEL, SUBSTITUTE, LINE_FEED].includes(code)) {
      this.#mode = "text";
      return code === LINE_FEED;
    }
    return false;
  }
}

/** A whole text. */
export function sanitize(text: string): string {
  return new Sanitizer().push(text);
}

/** A text that must stay within its line: a title, a name, an error message. */
export function sanitizeLine(text: string): string {
  return sanitize(text).replaceAll(/[\n\t\u2028\u2029]+/g, " ").trim();
}

function isShown(code: number): boolean {
  if (code < 0x20) return code === LINE_FEED || code === TAB;
  if (code <= 0x9f) return code < 0x7f;
  if (code >= 0x202a && code <= 0x202e) return false;
  if (code >= 0x2066 && code <= 0x2069) return false;
  return !(code >= 0xe0000 && code <= 0xe007f);
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function isSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdfff;
}

/** JSON of the same value that holds nothing a terminal acts on: what JSON leaves as it is becomes `\uXXXX`. */
export function escapeJson(json: string): string {
  if (!suspect.test(json)) return json;
  return json.replaceAll(everySuspect, (found) => {
    const units = Array.from({ length: found.length }, (_, i) => found.charCodeAt(i).toString(16).padStart(4, "0"));
    return units.map((unit) => `\\u${unit}`).join("");
  });
}
