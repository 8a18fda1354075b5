/**
 * A long text as lines, for a pane that shows a few of them. Where lines begin is found once; a line is cut out, made safe
 * and broken into rows only when it is to be seen, so that a result of megabytes costs no more than one of a page.
 */
import { sanitize } from "../output/sanitize.ts";
import type { Role } from "./theme.ts";
import { wrapCells, wrapProse } from "./wrap_cells.ts";

export interface Section {
  readonly text: string;
  readonly role?: Role;
  /** Broken between words. */
  readonly isProse?: boolean;
  /** Makes a line safe to show; `sanitize` unless given. */
  show?(line: string): string;
}

export interface TextRow {
  readonly text: string;
  readonly role: Role | undefined;
}

export interface TextDocument {
  readonly lineCount: number;
  /** The rows of a line, one at least. */
  rowsOf(line: number, columns: number): TextRow[];
  /** The nearest line with the text in it, whatever its case, from this one on; `null` when there is none. */
  find(text: string, fromLine: number, direction: 1 | -1): number | null;
}

/** UTF-16 units of a line; what is longer counts as several, so that minified code is no one line of megabytes. */
const MAX_LINE_LENGTH = 2_000;

/** UTF-16 units that are searched at once, from the end on. */
const SEARCH_PIECE = 16 * 1024;

export function documentOf(sections: readonly Section[]): TextDocument {
  const parts = sections.map((section) => ({ section, starts: lineStarts(section.text), firstLine: 0 }));
  let lineCount = 0;
  for (const part of parts) {
    part.firstLine = lineCount;
    lineCount += part.starts.length;
  }
  const partOf = (line: number) => {
    let [low, high] = [0, parts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (parts[middle]!.firstLine <= line) low = middle;
      else high = middle - 1;
    }
    return parts[low];
  };
  return {
    lineCount,
    rowsOf(line, columns) {
      const part = partOf(line);
      if (!part || line < 0 || line >= lineCount) return [];
      const { section: { text, role, isProse, show = sanitize }, starts, firstLine } = part;
      const start = starts[line - firstLine]!;
      const whole = text.slice(start, starts[line - firstLine + 1] ?? text.length).replace(/\r?\n$/, "");
      const shown = show(whole).replaceAll(/[\n\u2028\u2029]/g, " ");
      const wrap = isProse ? wrapProse : wrapCells;
      return wrap(shown, Math.max(1, columns)).map((text) => ({ text, role }));
    },
    find(text, fromLine, direction) {
      if (text === "") return null;
      const wanted = new RegExp(text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&"), "gi");
      const ordered = direction === 1 ? parts : parts.toReversed();
      for (const { section, starts, firstLine } of ordered) {
        const from = Math.max(0, fromLine - firstLine);
        if (direction === 1 && from >= starts.length) continue;
        if (direction === -1 && fromLine < firstLine) continue;
        const offset = direction === 1
          ? firstMatch(wanted, section.text, starts[from]!)
          : lastMatch(wanted, text.length, section.text, starts[from + 1] ?? section.text.length);
        if (offset !== null) return firstLine + indexAt(starts, offset);
      }
      return null;
    },
  };
}

function lineStarts(text: string): number[] {
  const starts: number[] = [];
  for (let start = 0; start < text.length || starts.length === 0;) {
    const feed = text.indexOf("\n", start);
    const end = feed < 0 ? text.length : feed;
    for (; end - start > MAX_LINE_LENGTH; start += cutBefore(text, start, start + MAX_LINE_LENGTH)) starts.push(start);
    starts.push(start);
    start = end + 1;
  }
  return starts;
}

/** The length of a piece that does not tear a surrogate pair. */
function cutBefore(text: string, start: number, end: number): number {
  const code = text.charCodeAt(end - 1);
  return end - start - (code >= 0xd800 && code <= 0xdbff ? 1 : 0);
}

function firstMatch(wanted: RegExp, text: string, from: number): number | null {
  wanted.lastIndex = from;
  return wanted.exec(text)?.index ?? null;
}

/** Piece by piece from the end: a text may hold what is searched for all over. */
function lastMatch(wanted: RegExp, length: number, text: string, before: number): number | null {
  for (let end = before; end > 0; end -= SEARCH_PIECE) {
    const from = Math.max(0, end - SEARCH_PIECE);
    const piece = text.slice(from, end + length);
    let last: number | null = null;
    wanted.lastIndex = 0;
    for (let match = wanted.exec(piece); match && from + match.index < end; match = wanted.exec(piece)) {
      last = from + match.index;
    }
    if (last !== null) return last;
  }
  return null;
}

function indexAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
