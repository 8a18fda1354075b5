/** Breaks runs of text into lines that are never wider than the terminal: between words where that is possible. Pure. */
import stringWidth from "string-width";
import type { Line, Run } from "./run.ts";

/** A line of the text, by what people call characters. */
interface Cells {
  readonly length: number;
  widthAt(at: number): number;
  isBlank(at: number): boolean;
  slice(start: number, end: number): Line;
}

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const plain = /^[ -~]*$/;
/** In place of a character that is wider than the line. */
const TOO_WIDE = "\ufffd";

/** A word that is wider than a line is broken, and blanks where a line is broken go. */
export function wrapRuns(runs: readonly Run[], columns: number): Line[] {
  return wrap(runs, columns, endOfWords);
}

/** Broken at the edge, as code is: each blank stays. */
export function wrapExactly(runs: readonly Run[], columns: number): Line[] {
  return wrap(runs, columns, (_cells, _start, end) => ({ end, next: end }));
}

export function widthOf(line: Line): number {
  return line.reduce((sum, { text }) => sum + (plain.test(text) ? text.length : stringWidth(text)), 0);
}

/** Where the line that begins at `start` ends, when the cells up to `end` are all that fit, and where the next begins. */
type Break = (cells: Cells, start: number, end: number) => { end: number; next: number };

function wrap(runs: readonly Run[], columns: number, breakOf: Break): Line[] {
  const width = Math.max(1, columns);
  return splitLines(runs).flatMap((line) => {
    const cells = line.every(({ text }) => plain.test(text)) ? plainCells(line) : richCells(line, width);
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      let [end, used] = [start, 0];
      while (end < cells.length && used + cells.widthAt(end) <= width) used += cells.widthAt(end++);
      if (end === cells.length) return [...lines, cells.slice(start, end)];
      const { end: lineEnd, next } = breakOf(cells, start, end);
      lines.push(cells.slice(start, lineEnd));
      start = next;
    }
  });
}

function splitLines(runs: readonly Run[]): Run[][] {
  const lines: Run[][] = [[]];
  for (const run of runs) {
    if (!run.text.includes("\n")) {
      if (run.text !== "") lines.at(-1)!.push(run);
      continue;
    }
    run.text.split("\n").forEach((text, at) => {
      if (at > 0) lines.push([]);
      if (text !== "") lines.at(-1)!.push({ text, roles: run.roles });
    });
  }
  return lines;
}

/** Of characters that are all one column wide: places in the text are places in the line. */
function plainCells(line: readonly Run[]): Cells {
  const text = line.length === 1 ? line[0]!.text : line.map((run) => run.text).join("");
  return {
    length: text.length,
    widthAt: () => 1,
    isBlank: (at) => text[at] === " ",
    slice: (start, end) => sliceRuns(line, start, end),
  };
}

function sliceRuns(line: readonly Run[], start: number, end: number): Line {
  const slice: Run[] = [];
  let from = 0;
  for (const run of line) {
    const text = run.text.slice(Math.max(0, start - from), Math.max(0, end - from));
    if (text !== "") slice.push(text === run.text ? run : { text, roles: run.roles });
    from += run.text.length;
    if (from >= end) break;
  }
  return slice;
}

interface Cell {
  text: string;
  width: number;
  run: Run;
}

function richCells(line: readonly Run[], width: number): Cells {
  const cells = cellsOf(line, width);
  return {
    length: cells.length,
    widthAt: (at) => cells[at]?.width ?? 0,
    isBlank: (at) => cells[at]?.text === " ",
    slice: (start, end) => join(cells.slice(start, end)),
  };
}

/** All at once: a character may begin in one run and end in the next. */
function cellsOf(line: readonly Run[], width: number): Cell[] {
  const ends: number[] = [];
  for (const run of line) ends.push((ends.at(-1) ?? 0) + run.text.length);
  let at = 0;
  const text = line.map((run) => run.text).join("");
  return Array.from(characters.segment(text), ({ segment, index }): Cell => {
    while (ends[at]! <= index) at++;
    const run = line[at]!;
    const columns = plain.test(segment) ? segment.length : stringWidth(segment);
    return columns > width ? { text: TOO_WIDE, width: 1, run } : { text: segment, width: columns, run };
  });
}

function endOfWords(cells: Cells, start: number, end: number): { end: number; next: number } {
  const isWide = (at: number) => cells.widthAt(at) === 2; // scripts of wide characters have no blanks between words
  let place = end;
  while (place > start && !cells.isBlank(place) && !isWide(place) && !isWide(place - 1)) place--;
  let lineEnd = place;
  while (lineEnd > start && cells.isBlank(lineEnd - 1)) lineEnd--;
  if (lineEnd === start) { // no word fits: it is broken
    if (!cells.isBlank(end)) return { end, next: end };
    lineEnd = place = end;
  }
  let next = place;
  while (cells.isBlank(next)) next++;
  return { end: lineEnd, next };
}

/** Cells of one run are one run again. */
function join(cells: readonly Cell[]): Line {
  const line: Run[] = [];
  let last: Run | null = null;
  for (const { text, run } of cells) {
    if (run === last) line.at(-1)!.text += text;
    else line.push({ text, roles: run.roles });
    last = run;
  }
  return line;
}
