/**
 * One line of the text, broken into rows after blanks where that is possible. Rows are found from the beginning on and only as
 * far as they are asked for, and after a change those before it are still known: a line of 100 KB is typed in as fast as a
 * short one.
 */
import { cellOf, type LabelOf } from "./cells.ts";

/** UTF-16 units that are looked at for each column, and at least: a row of combining characters ends somewhere, too. */
const UNITS_PER_COLUMN = 16;
const LEAST_UNITS = 256;
/** Rows before a change that are found again: the last one was broken by what follows it, and characters may have joined. */
const REDONE_ROWS = 3;

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export class WrappedLine {
  readonly text: string;
  /** Of a row; a blank that ends one, or the cursor, may stand one column further. */
  readonly columns: number;
  readonly #labelOf: LabelOf;
  /** Where the rows begin that are known, in UTF-16 units. */
  readonly #starts: number[];
  #isWhole = false;

  /** @param before the line as it was before a change */
  constructor(text: string, columns: number, labelOf: LabelOf, before?: WrappedLine) {
    this.text = text;
    this.columns = columns;
    this.#labelOf = labelOf;
    this.#starts = before?.columns === columns ? before.#startsBefore(commonLength(before.text, text)) : [0];
  }

  /** With how much of itself the other one begins, too. */
  lengthAlike(other: string): number {
    return commonLength(this.text, other);
  }

  /** In which row this place is; where a row ends and the next begins, it is in the next. */
  rowAt(offset: number): number {
    while (!this.#isWhole && this.#starts.at(-1)! <= offset) this.#findNext();
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  hasRow(row: number): boolean {
    while (!this.#isWhole && this.#starts.length <= row) this.#findNext();
    return row < this.#starts.length;
  }

  get lastRow(): number {
    return this.rowAt(this.text.length);
  }

  /** What is shown of a row that there is. */
  shown(row: number): string {
    let text = "";
    for (const { segment } of this.#segments(row)) text += cellOf(segment, this.columns, this.#labelOf).shown;
    return text;
  }

  /** Columns before the place, in its row. */
  columnAt(offset: number): number {
    const row = this.rowAt(offset);
    let column = 0;
    for (const { segment, index } of this.#segments(row)) {
      if (this.#starts[row]! + index >= offset) break;
      column += cellOf(segment, this.columns, this.#labelOf).width;
    }
    return column;
  }

  /** The place in this row that is nearest to the column, from the left. */
  offsetAt(row: number, column: number): number {
    let used = 0;
    let last = this.#starts[row]!;
    for (const { segment, index } of this.#segments(row)) {
      last = this.#starts[row]! + index;
      used += cellOf(segment, this.columns, this.#labelOf).width;
      if (used > column) return last;
    }
    return this.hasRow(row + 1) ? last : this.text.length;
  }

  #segments(row: number): Iterable<{ segment: string; index: number }> {
    const end = this.hasRow(row + 1) ? this.#starts[row + 1] : undefined;
    return characters.segment(this.text.slice(this.#starts[row], end));
  }

  #findNext(): void {
    const start = this.#starts.at(-1)!;
    const next = nextStart(this.text, start, this.columns, this.#labelOf);
    if (next === null) this.#isWhole = true;
    else this.#starts.push(next);
  }

  #startsBefore(offset: number): number[] {
    let count = this.#starts.length;
    while (count > 0 && this.#starts[count - 1]! > offset) count--;
    return this.#starts.slice(0, Math.max(1, count - REDONE_ROWS));
  }
}

/** Where the next row begins; `null` for the last one. */
function nextStart(text: string, start: number, columns: number, labelOf: LabelOf): number | null {
  const window = text.slice(start, start + Math.max(LEAST_UNITS, (columns + 1) * UNITS_PER_COLUMN));
  const ahead = window.slice(0, columns + 1);
  if (/^[ -~]*$/.test(ahead) && !isJoined(window, ahead.length)) {
    return ahead.length <= columns ? null : start + asciiEnd(ahead, columns);
  }
  let used = 0;
  let afterBlank = 0;
  let last = 0;
  for (const { segment, index } of characters.segment(window)) {
    const { width } = cellOf(segment, columns, labelOf);
    if (used + width > columns) {
      if (segment === " ") return start + index + 1;
      return start + (afterBlank > 0 ? afterBlank : index);
    }
    used += width;
    last = index;
    if (segment === " ") afterBlank = index + 1;
  }
  if (start + window.length === text.length) return null;
  return start + (last > 0 ? last : window.length); // the last one may have been cut
}

/** What follows may be a part of the last character. */
function isJoined(window: string, length: number): boolean {
  return window.length > length && window.charCodeAt(length) > 0x7f;
}

/** Behind the last blank, or a blank in the column behind the row, or in the middle of a word that is longer than a row. */
function asciiEnd(ahead: string, columns: number): number {
  if (ahead[columns] === " ") return columns + 1;
  const blank = ahead.lastIndexOf(" ");
  return blank > 0 || ahead.startsWith(" ") ? blank + 1 : columns;
}

/** How much both begin with; native comparisons of slices are much faster than looking at each character. */
function commonLength(a: string, b: string): number {
  let [low, high] = [0, Math.min(a.length, b.length)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (a.slice(low, middle) === b.slice(low, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
}
