/**
 * What a terminal in raw mode sends, as keys. Pastes come in brackets (`ESC [ 200 ~` … `ESC [ 201 ~`) and become one
 * key, so that a line feed in a paste is not taken for Enter. Sequences that nobody asked for are dropped.
 */
import { sanitize } from "../output/sanitize.ts";

export type KeyName =
  | "enter"
  | "newline"
  | "backspace"
  | "delete"
  | "left"
  | "right"
  | "up"
  | "down"
  | "home"
  | "end"
  | "wordLeft"
  | "wordRight"
  | "killWord"
  | "killWordRight"
  | "killToStart"
  | "killToEnd"
  | "interrupt"
  | "endOfInput"
  | "clearScreen"
  | "suspend"
  | "tab"
  | "shiftTab"
  | "altUp"
  | "altDown"
  | "openEditor"
  | "showDetails"
  | "searchHistory"
  | "pageUp"
  | "pageDown"
  | "escape";

/** `text` is what was typed or pasted, without control characters but line feed and tab. */
export type Key = { name: KeyName } | { name: "text"; text: string };

const ESCAPE = "\x1b";
const PASTE_BEGIN = "\x1b[200~";
const PASTE_END = "\x1b[201~";
/** Longest paste in UTF-16 units that is kept: twice what a turn may hold, so that the refusal of the rest is noticed. */
const MAX_PASTE_LENGTH = 1024 * 1024;

const controls: Readonly<Record<string, KeyName>> = {
  "\x01": "home",
  "\x02": "left",
  "\x03": "interrupt",
  "\x04": "endOfInput",
  "\x05": "end",
  "\x06": "right",
  "\x07": "openEditor",
  "\x08": "backspace",
  "\t": "tab",
  "\n": "newline",
  "\x0b": "killToEnd",
  "\x0c": "clearScreen",
  "\r": "enter",
  "\x0e": "down",
  "\x0f": "showDetails",
  "\x10": "up",
  "\x12": "searchHistory",
  "\x15": "killToStart",
  "\x17": "killWord",
  "\x1a": "suspend",
  "\x7f": "backspace",
};

/** What follows ESC. Alt with a key is the key after ESC. */
const escapes: Readonly<Record<string, KeyName>> = {
  "[A": "up",
  "[B": "down",
  "[C": "right",
  "[D": "left",
  "[H": "home",
  "[F": "end",
  "OA": "up",
  "OB": "down",
  "OC": "right",
  "OD": "left",
  "OH": "home",
  "OF": "end",
  "[Z": "shiftTab",
  "[1;3A": "altUp",
  "[1;3B": "altDown",
  "[1;9A": "altUp",
  "[1;9B": "altDown",
  "[1~": "home",
  "[3~": "delete",
  "[4~": "end",
  "[5~": "pageUp",
  "[6~": "pageDown",
  "[7~": "home",
  "[8~": "end",
  "[1;5C": "wordRight",
  "[1;5D": "wordLeft",
  "[1;3C": "wordRight",
  "[1;3D": "wordLeft",
  "[13;2u": "newline",
  "[13;5u": "newline",
  "[13;3u": "newline",
  "[27;2;13~": "newline",
  "[27;3;13~": "newline",
  "[27u": "escape",
  "[9;2u": "shiftTab",
  "b": "wordLeft",
  "f": "wordRight",
  "d": "killWordRight",
  "\x7f": "killWord",
  "\r": "newline",
  "\n": "newline",
};

/** What Alt makes of a key whose sequence comes after another ESC, as some terminals send it; others are as without. */
const withAlt: Partial<Record<KeyName, KeyName>> = {
  up: "altUp",
  down: "altDown",
  left: "wordLeft",
  right: "wordRight",
};

/** The rest of an escape sequence, after ESC. */
const sequenceRest = /^(?:\[[0-?]*[ -/]*[@-~]|O[@-~]|[^[O\p{Cc}]|[\r\n\u007f])/u;
/** The same, when it has begun and is not complete. */
const openRest = /^(?:\[[0-?]*[ -/]*|O)$/;

/**
 * Decodes what is read, wherever the reads cut it. A lone Escape looks like the beginning of a sequence: it is one when
 * nothing follows it for a while, which whoever reads must say by `flush()`.
 */
export class KeyDecoder {
  #rest = "";
  /** What has come of a paste; `null` outside of one. */
  #paste: string | null = null;

  push(input: string): Key[] {
    const keys: Key[] = [];
    let text = this.#rest + input;
    this.#rest = "";
    while (text !== "") text = this.#paste === null ? this.#key(text, keys) : this.#pasted(text, this.#paste, keys);
    return keys;
  }

  /** Whether something is held back that more input, or `flush()`, will make a key of. */
  get isWaiting(): boolean {
    return this.#rest !== "";
  }

  /** Nothing followed what was held back. */
  flush(): Key[] {
    const held = this.#rest;
    this.#rest = "";
    return [ESCAPE, ESCAPE + ESCAPE].includes(held) ? [...held].map(() => ({ name: "escape" })) : [];
  }

  /** Takes one key from the front and gives what is left. */
  #key(text: string, keys: Key[]): string {
    if (text.startsWith(PASTE_BEGIN)) {
      this.#paste = "";
      return text.slice(PASTE_BEGIN.length);
    }
    if (text.startsWith(ESCAPE)) {
      const rest = text.slice(1);
      if (rest === "" || openRest.test(rest)) {
        this.#rest = text;
        return "";
      }
      if (rest.startsWith(ESCAPE) && !rest.startsWith(PASTE_BEGIN)) return this.#twice(text, rest, keys);
      const sequence = sequenceRest.exec(rest)?.[0] ?? "";
      const name = sequence === "" ? "escape" : escapes[sequence];
      if (name) keys.push({ name });
      return rest.slice(sequence.length);
    }
    const name = controls[text[0]!];
    if (name) {
      keys.push({ name });
      return text.slice(1);
    }
    const typed = /^[^\p{Cc}]+|^./su.exec(text)![0];
    const shown = sanitize(typed);
    if (shown !== "") keys.push({ name: "text", text: shown });
    return text.slice(typed.length);
  }

  /** Two of them: Alt with a key that has a sequence, or Escape and something else. */
  #twice(text: string, rest: string, keys: Key[]): string {
    const after = rest.slice(1);
    if (after === "" || openRest.test(after)) {
      this.#rest = text;
      return "";
    }
    const sequence = sequenceRest.exec(after)?.[0] ?? "";
    const name = sequence.length > 1 ? escapes[sequence] : undefined;
    keys.push({ name: name ? withAlt[name] ?? name : "escape" });
    return name ? after.slice(sequence.length) : rest;
  }

  #pasted(text: string, before: string, keys: Key[]): string {
    const paste = before + text;
    const end = paste.indexOf(PASTE_END, Math.max(0, before.length - PASTE_END.length));
    if (end < 0) {
      // What is too long goes, but for as much as the closing bracket may already have come of.
      const isTooLong = paste.length > MAX_PASTE_LENGTH;
      this.#paste = isTooLong ? paste.slice(0, MAX_PASTE_LENGTH) + paste.slice(-PASTE_END.length) : paste;
      return "";
    }
    this.#paste = null;
    const shown = sanitize(paste.slice(0, end).replaceAll(/\r\n?/g, "\n"));
    if (shown !== "") keys.push({ name: "text", text: shown });
    return paste.slice(end + PASTE_END.length);
  }
}
