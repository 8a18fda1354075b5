/**
 * Where the text that is being written stands: its rows around the cursor, and which place is above or below another. Only
 * what is seen is looked at, whatever the length of the text. Pure but for the rows that it knows from the last time.
 */
import type { Editor } from "../../chat/editor.ts";
import type { LabelOf } from "./cells.ts";
import { WrappedLine } from "./wrapped_line.ts";

export interface TextLayout {
  readonly rows: readonly string[];
  readonly cursorRow: number;
  readonly cursorColumn: number;
  /** The text goes on above, or below. */
  readonly isCutAbove: boolean;
  readonly isCutBelow: boolean;
}

/** UTF-16 units of a line whose rows are worth finding again after a change. */
const LONG_LINE = 2_000;

type Place = Pick<Editor, "text" | "cursor">;

/** A row of a line that begins at this place of the text. */
interface Row {
  line: WrappedLine;
  start: number;
  row: number;
}

export class TextLayouts {
  readonly #labelOf: LabelOf;
  /** Those of the last time, and those since then, by their text. */
  #others: ReadonlyMap<string, WrappedLine> = new Map();
  #used = new Map<string, WrappedLine>();

  constructor(labelOf: LabelOf) {
    this.#labelOf = labelOf;
  }

  /** The rows around the cursor, which stands in their middle where the text goes on on both sides. */
  layOut(place: Place, columns: number, maxRows: number): TextLayout {
    const at = this.#rowOf(place, columns);
    const { text } = place;
    const above = this.#walk(text, at, -1, maxRows);
    const below = this.#walk(text, at, 1, maxRows);
    const rows = [...above.toReversed(), at, ...below];
    const middle = above.length - Math.floor(maxRows / 2);
    const top = Math.max(0, Math.min(middle, rows.length - maxRows));
    const shown = rows.slice(top, top + maxRows);
    this.#others = this.#used;
    this.#used = new Map();
    return {
      rows: shown.map(({ line, row }) => line.shown(row)),
      cursorRow: above.length - top,
      cursorColumn: at.line.columnAt(place.cursor - at.start),
      isCutAbove: top > 0,
      isCutBelow: top + maxRows < rows.length,
    };
  }

  /** Columns before the cursor in its row. */
  columnOf(place: Place, columns: number): number {
    const { line, start } = this.#rowOf(place, columns);
    return line.columnAt(place.cursor - start);
  }

  /** The place so many rows further, or in the last one that there is; `null` when there is none in that direction. */
  moved(place: Place, columns: number, by: number, column: number): number | null {
    const target = this.#walk(place.text, this.#rowOf(place, columns), Math.sign(by), Math.abs(by)).at(-1);
    return target ? target.start + target.line.offsetAt(target.row, column) : null;
  }

  #rowOf({ text, cursor }: Place, columns: number): Row {
    const start = cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1; // -1 would be taken for 0
    const line = this.#line(text, start, columns);
    return { line, start, row: line.rowAt(cursor - start) };
  }

  /** Rows above or below this one, the nearest first. */
  #walk(text: string, from: Row, step: number, max: number): Row[] {
    const rows: Row[] = [];
    for (let at = this.#next(text, from, step); at && rows.length < max; at = this.#next(text, at, step)) rows.push(at);
    return rows;
  }

  #next(text: string, { line, start, row }: Row, step: number): Row | null {
    if (step < 0) {
      if (row > 0) return { line, start, row: row - 1 };
      if (start === 0) return null;
      const before = start === 1 ? 0 : text.lastIndexOf("\n", start - 2) + 1;
      const above = this.#line(text, before, line.columns);
      return { line: above, start: before, row: above.lastRow };
    }
    if (line.hasRow(row + 1)) return { line, start, row: row + 1 };
    const end = start + line.text.length;
    if (end === text.length) return null;
    return { line: this.#line(text, end + 1, line.columns), start: end + 1, row: 0 };
  }

  #line(text: string, start: number, columns: number): WrappedLine {
    const end = text.indexOf("\n", start);
    const content = text.slice(start, end < 0 ? undefined : end);
    const known = this.#used.get(content) ?? this.#others.get(content);
    const line = known?.columns === columns
      ? known
      : new WrappedLine(content, columns, this.#labelOf, this.#before(content));
    this.#used.set(content, line);
    return line;
  }

  /** What a long line was before a change, which may have cut it in two or joined two: the one that begins most alike. */
  #before(content: string): WrappedLine | undefined {
    if (content.length < LONG_LINE) return undefined;
    const known = [...this.#used.values(), ...this.#others.values()].filter(({ text }) => text.length >= LONG_LINE);
    const alike = known.map((line) => ({ line, length: line.lengthAlike(content) }));
    return alike.reduce((best, one) => one.length > best.length ? one : best, { line: undefined, length: 0 } as Alike)
      .line;
  }
}

interface Alike {
  line: WrappedLine | undefined;
  length: number;
}
