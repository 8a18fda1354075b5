/** Breaks runs of text into lines that are never wider than the terminal: between words where that is possible. Pure. */
import stringWidth from "string-width";
import type { Line, Run } from "./run.ts";

/** What people call a character. */
interface Cell {
  text: string;
  width: number;
  run: Run;
}

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const plain = /^[ -~\n]*$/;
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
type Break = (cells: readonly Cell[], start: number, end: number) => { end: number; next: number };

function wrap(runs: readonly Run[], columns: number, breakOf: Break): Line[] {
  const width = Math.max(1, columns);
  const whole = fitting(runs, width);
  if (whole) return [whole];
  return linesOf(cellsOf(runs, width)).flatMap((cells) => {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      let [end, used] = [start, 0];
      while (end < cells.length && used + cells[end]!.width <= width) used += cells[end++]!.width;
      if (end === cells.length) return [...lines, join(cells.slice(start))];
      const { end: lineEnd, next } = breakOf(cells, start, end);
      lines.push(join(cells.slice(start, lineEnd)));
      start = next;
    }
  });
}

/** Most lines fit as they are. */
function fitting(runs: readonly Run[], width: number): Line | null {
  let length = 0;
  for (const { text } of runs) {
    length += text.length;
    if (length > width || text.includes("\n") || !plain.test(text)) return null;
  }
  return runs;
}

function cellsOf(runs: readonly Run[], width: number): Cell[] {
  if (runs.every(({ text }) => plain.test(text))) {
    return runs.flatMap((run) => Array.from(run.text, (text) => ({ text, width: 1, run })));
  }
  // All at once: a character may begin in one run and end in the next.
  const text = runs.map((run) => run.text).join("");
  const ends: number[] = [];
  for (const run of runs) ends.push((ends.at(-1) ?? 0) + run.text.length);
  let at = 0;
  return Array.from(characters.segment(text), ({ segment, index }): Cell => {
    while (ends[at]! <= index) at++;
    const run = runs[at]!;
    if (segment === "\n") return { text: segment, width: 0, run };
    const columns = stringWidth(segment);
    return columns > width ? { text: TOO_WIDE, width: 1, run } : { text: segment, width: columns, run };
  });
}

function linesOf(cells: readonly Cell[]): Cell[][] {
  const lines: Cell[][] = [[]];
  for (const cell of cells) {
    if (cell.text === "\n") lines.push([]);
    else lines.at(-1)!.push(cell);
  }
  return lines;
}

const isBlank = (cell: Cell | undefined): boolean => cell?.text === " ";
/** Scripts of wide characters have no blanks between words. */
const isWide = (cell: Cell | undefined): boolean => cell?.width === 2;

function endOfWords(cells: readonly Cell[], start: number, end: number): { end: number; next: number } {
  let place = end;
  while (place > start && !isBlank(cells[place]) && !isWide(cells[place]) && !isWide(cells[place - 1])) place--;
  let lineEnd = place;
  while (lineEnd > start && isBlank(cells[lineEnd - 1])) lineEnd--;
  if (lineEnd === start) { // no word fits: it is broken
    if (!isBlank(cells[end])) return { end, next: end };
    lineEnd = place = end;
  }
  let next = place;
  while (isBlank(cells[next])) next++;
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
