/**
 * Says a JavaScript pattern (with the flag `u`) in the language of ripgrep: so that it matches every line that the original
 * does, and perhaps more. What differs between the two is loosened: sets of characters to any character, positions within
 * a line to nothing. Ripgrep only finds the files; their lines are matched here. Pure.
 */

/** `null` for what cannot be loosened: looking ahead and behind, and references to groups. */
export function ripgrepPattern(source: string): string | null {
  const out: string[] = [];
  for (let i = 0; i < source.length;) {
    const piece = pieceAt(source, i);
    if (!piece) return null;
    out.push(piece.out);
    i = piece.end;
  }
  return out.join("");
}

interface Piece {
  out: string;
  end: number;
}

const ANY = ".";

function pieceAt(source: string, start: number): Piece | null {
  const char = String.fromCodePoint(source.codePointAt(start) ?? 0);
  const end = start + char.length;
  switch (char) {
    case "\\":
      return escapeAt(source, end);
    case "[":
      return { out: ANY, end: endOfSet(source, end) };
    case "(":
      return groupAt(source, end);
    case ".":
      return { out: ANY, end };
    case "^":
      return { out: "^\\x{FEFF}?", end }; // a mark at the beginning of a file is no part of its first line here
    case "$":
      return { out: "(?:)", end }; // which comes after a CR there
    case ")":
    case "|":
    case "*":
    case "+":
    case "?":
      return { out: char, end };
    case "{": {
      const count = /^\{\d+(?:,\d*)?\}/.exec(source.slice(start))?.[0];
      return count === undefined ? null : { out: count, end: start + count.length };
    }
    default:
      return { out: literal(char), end };
  }
}

function groupAt(source: string, start: number): Piece | null {
  const opening = /^(?:\?:|\?<[^=!>][^>]*>)?(?!\?)/.exec(source.slice(start))?.[0];
  return opening === undefined ? null : { out: "(?:", end: start + opening.length };
}

function escapeAt(source: string, start: number): Piece | null {
  const rest = source.slice(start, start + 200);
  const code = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]+)\})/.exec(rest);
  if (code) {
    const point = parseInt(code[1] ?? code[2] ?? code[3] ?? "", 16);
    const isHalf = point >= 0xd800 && point <= 0xdfff;
    return isHalf ? null : { out: literal(String.fromCodePoint(point)), end: start + code[0].length };
  }
  const property = /^[pP]\{[^}]*\}/.exec(rest)?.[0];
  if (property !== undefined) return { out: ANY, end: start + property.length };
  const char = rest[0] ?? "";
  if (/[dDwWsS]/.test(char)) return { out: char === "d" ? "[0-9]" : ANY, end: start + 1 };
  if (char === "b" || char === "B") return { out: "(?:)", end: start + 1 };
  const control = CONTROLS[char];
  if (control !== undefined) return { out: literal(control), end: start + 1 };
  return /[1-9kc]/.test(char) ? null : { out: literal(char), end: start + 1 };
}

const CONTROLS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", v: "\v", f: "\f", 0: "\0" };

/** After the bracket that closes it; the pattern is known to be a valid one. */
function endOfSet(source: string, start: number): number {
  for (let i = start; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source[i] === "]") return i + 1;
  }
  return source.length;
}

function literal(char: string): string {
  return /^[A-Za-z0-9_ ]$/.test(char) ? char : `\\x{${(char.codePointAt(0) ?? 0).toString(16)}}`;
}
