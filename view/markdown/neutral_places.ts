/** Where the words of a paragraph can be cut without tearing anything: no emphasis, code or link is open there. Pure. */

const FIRST_UNSPACED = "\u2e80";
/** Scripts that are written without blanks between words. */
const unspaced = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2}/u;

/**
 * After each run of blanks that stands outside of all marks, and between characters of scripts that have none, up to the
 * first mark that may yet be closed by what comes.
 */
export function neutralPlaces(text: string): number[] {
  const places: number[] = [];
  /** Marks of emphasis that wait for their like. */
  const open: string[] = [];
  for (let at = 0; at < text.length;) {
    const character = text[at]!;
    if (/\s/.test(character)) {
      const end = endOfRun(text, at, /\s/);
      if (open.length === 0 && at > 0 && end < text.length) places.push(end);
      at = end;
    } else if ("*_~".includes(character)) {
      const end = endOfRun(text, at, character === "*" ? /\*/ : character === "_" ? /_/ : /~/);
      takeEmphasis(text, at, end, open);
      at = end;
    } else {
      const next = afterMark(text, at);
      if (next === null) break;
      if (open.length === 0 && character >= FIRST_UNSPACED && unspaced.test(text.slice(at, next + 1))) {
        places.push(next);
      }
      at = next;
    }
  }
  return places;
}

function takeEmphasis(text: string, at: number, end: number, open: string[]): void {
  const mark = text.slice(at, end);
  const isClosing = at > 0 && !/\s/.test(text[at - 1]!);
  if (isClosing && open.at(-1) === mark) {
    open.pop();
    return;
  }
  const canOpen = end === text.length || !/\s/.test(text[end]!);
  const isWithinWord = mark.startsWith("_") && /[\p{L}\p{N}]/u.test(text[at - 1] ?? " ");
  if (canOpen && !isWithinWord) open.push(mark);
}

/** Where the text goes on behind what begins here; `null` when it has no end yet. */
function afterMark(text: string, at: number): number | null {
  switch (text[at]) {
    case "\\":
      return at + 2;
    case "`": {
      const end = endOfRun(text, at, /`/);
      return findRun(text, end, "`", end - at);
    }
    case "!":
      return text[at + 1] === "[" ? afterLink(text, at + 1) : at + 1;
    case "[":
      return afterLink(text, at);
    case "<": {
      if (!/[a-z/!?]/i.test(text[at + 1] ?? "a")) return at + 1;
      const close = text.indexOf(">", at);
      return close < 0 ? null : close + 1;
    }
    default:
      return at + 1;
  }
}

/** Behind the next run of exactly so many. */
function findRun(text: string, from: number, character: string, length: number): number | null {
  for (let at = text.indexOf(character, from); at >= 0;) {
    let end = at;
    while (text[end] === character) end++;
    if (end === text.length) return null; // there may be more of it
    if (end - at === length) return end;
    at = text.indexOf(character, end);
  }
  return null;
}

function afterLink(text: string, at: number): number | null {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    if (text[i] === "\\") i++;
    else if (text[i] === "[") depth++;
    else if (text[i] === "]" && --depth === 0) {
      if (text[i + 1] === undefined) return null;
      if (text[i + 1] !== "(") return i + 1;
      const close = text.indexOf(")", i);
      return close < 0 || close === text.length - 1 ? null : close + 1;
    }
  }
  return null;
}

function endOfRun(text: string, at: number, kind: RegExp): number {
  let end = at;
  while (end < text.length && kind.test(text[end]!)) end++;
  return end;
}
