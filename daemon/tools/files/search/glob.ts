/**
 * Patterns of paths: `*` and `?` within a name, `**` across folders, `[a-z]`, `[!a]`, `{a,b}`, and a backslash before what
 * is meant literally. Matching takes a time of length × length at the most, whatever the pattern: there is no regular
 * expression in it that could backtrack. Pure.
 */

/** Tells whether the parts of a path match. */
export type Glob = (parts: readonly string[]) => boolean;

export interface GlobOptions {
  /** `{a,b}` stands for either; in a .gitignore braces are ordinary characters. */
  hasBraces: boolean;
}

type Matcher = (name: string) => boolean;
/** One name of a path; `null` stands for `**`. */
type Segment = Matcher | null;
/** One character of a name; `null` stands for `*`. */
type Token = ((char: string) => boolean) | null;

/** What braces may stand for: `{a,b}{a,b}…` doubles with each pair. */
const MAX_ALTERNATIVES = 256;

/** @throws {RangeError} when its braces stand for too much */
export function compileGlob(pattern: string, { hasBraces }: GlobOptions): Glob {
  const alternatives = (hasBraces ? expandBraces(pattern) : [pattern]).map((each) => segmentsOf(each));
  return (parts) => alternatives.some((segments) => matchAll(segments, parts, (segment, part) => segment(part)));
}

function segmentsOf(pattern: string): Segment[] {
  const plain = pattern.replaceAll(/\\./gs, (pair) => (pair === "\\/" ? "/" : pair)); // no name holds a slash
  const segments: Segment[] = plain.split("/").filter((name) => name !== "").map((name) =>
    name === "**" ? null : matcherOf(name)
  );
  if (segments.at(-1) === null) segments.push(() => true); // `a/**` is what lies in `a`, not `a`
  return segments;
}

/**
 * Whether the items fit the pattern, in which `null` stands for any number of them. Only the last `null` needs to be tried
 * again with more: what fits after an earlier one fits after a later one as well.
 */
function matchAll<P, I>(
  pattern: readonly (P | null)[],
  items: readonly I[],
  fits: (part: P, item: I) => boolean,
): boolean {
  let [p, i] = [0, 0];
  let retry: { p: number; i: number } | null = null;
  while (i < items.length || p < pattern.length) {
    const part = pattern[p];
    const item = items[i];
    if (part === null) {
      retry = { p, i };
      p++;
    } else if (part !== undefined && item !== undefined && fits(part, item)) {
      p++;
      i++;
    } else if (retry && retry.i < items.length) {
      retry.i++;
      p = retry.p + 1;
      i = retry.i;
    } else {
      return false;
    }
  }
  return true;
}

/** Most patterns are a plain name or an extension, and are asked about very many names. */
function matcherOf(pattern: string): Matcher {
  if (!/[*?[\\]/.test(pattern)) return (name) => name === pattern;
  const suffix = /^\*([^*?[\\]*)$/.exec(pattern)?.[1];
  if (suffix !== undefined) return (name) => name.endsWith(suffix);
  const tokens = tokensOf(Array.from(pattern));
  return (name) => matchAll(tokens, Array.from(name), (fits, char) => fits(char));
}

function tokensOf(chars: readonly string[]): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < chars.length; i++) {
    const char = chars[i] ?? "";
    const set = char === "[" ? parseSet(chars, i) : null;
    if (set) {
      tokens.push(set.fits);
      i = set.end;
    } else if (char === "*") {
      if (tokens.at(-1) !== null || tokens.length === 0) tokens.push(null);
    } else if (char === "?") {
      tokens.push(() => true);
    } else {
      const literal = char === "\\" ? chars[++i] ?? char : char;
      tokens.push((other) => other === literal);
    }
  }
  return tokens;
}

/** The set that begins at `start`; `null` when it has no end, and the bracket is an ordinary character. */
function parseSet(chars: readonly string[], start: number): { fits: (char: string) => boolean; end: number } | null {
  let i = start + 1;
  const isNegated = chars[i] === "!" || chars[i] === "^";
  if (isNegated) i++;
  const ranges: [low: string, high: string][] = [];
  for (const first = i; i < chars.length; i++) {
    if (chars[i] === "]" && i > first) {
      const fits = (char: string) => ranges.some(([low, high]) => isBetween(char, low, high)) !== isNegated;
      return { fits, end: i };
    }
    if (chars[i] === "\\") i++;
    const low = chars[i] ?? "";
    const isRange = chars[i + 1] === "-" && chars[i + 2] !== undefined && chars[i + 2] !== "]";
    if (isRange) i += chars[i + 2] === "\\" ? 3 : 2;
    ranges.push([low, isRange ? chars[i] ?? low : low]);
  }
  return null;
}

function isBetween(char: string, low: string, high: string): boolean {
  const point = char.codePointAt(0) ?? -1;
  return (low.codePointAt(0) ?? 0) <= point && point <= (high.codePointAt(0) ?? 0);
}

/** `a{b,c}` as `ab` and `ac`; braces without an end or without a comma are ordinary characters. */
function expandBraces(pattern: string): string[] {
  const group = firstBraces(pattern);
  if (!group) return [pattern];
  const { start, end, choices } = group;
  const rest = expandBraces(pattern.slice(end + 1));
  const expanded = choices.flatMap(expandBraces).flatMap((choice) =>
    rest.map((tail) => pattern.slice(0, start) + choice + tail)
  );
  if (expanded.length > MAX_ALTERNATIVES) {
    throw new RangeError(`the braces of the pattern stand for more than ${MAX_ALTERNATIVES} patterns`);
  }
  return expanded;
}

function firstBraces(pattern: string): { start: number; end: number; choices: string[] } | null {
  for (let start = pattern.indexOf("{"); start !== -1; start = pattern.indexOf("{", start + 1)) {
    if (isEscaped(pattern, start)) continue;
    const choices: string[] = [];
    let depth = 0;
    let from = start + 1;
    for (let i = start; i < pattern.length; i++) {
      if (pattern[i] === "\\") i++;
      else if (pattern[i] === "{") depth++;
      else if (pattern[i] === "," && depth === 1) {
        choices.push(pattern.slice(from, i));
        from = i + 1;
      } else if (pattern[i] === "}" && --depth === 0) {
        if (choices.length > 0) return { start, end: i, choices: [...choices, pattern.slice(from, i)] };
        break;
      }
    }
  }
  return null;
}

function isEscaped(pattern: string, index: number): boolean {
  let count = 0;
  while (pattern[index - 1 - count] === "\\") count++;
  return count % 2 === 1;
}
