/** Which rows of a long text a pane shows, and where keys take it. Pure: only what is near the place is looked at. */
import type { Key } from "../chat/keys.ts";
import type { TextDocument, TextRow } from "./text_document.ts";

/** The first row that is shown: this one of the rows of that line. */
export interface Place {
  readonly line: number;
  readonly row: number;
}

export interface ScrollSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Scrolled {
  /** The place as it came to be: a text is not scrolled beyond its end. */
  readonly place: Place;
  readonly rows: readonly TextRow[];
  /** Lines that are not seen, or not as a whole. */
  readonly above: number;
  readonly below: number;
}

export const START: Place = { line: 0, row: 0 };

export function scrolledTo(text: TextDocument, place: Place, size: ScrollSize): Scrolled {
  const at = earlier(within(text, place, size.columns), endPlace(text, size));
  const rows: TextRow[] = [];
  let line = at.line;
  let isCut = false;
  for (; line < text.lineCount && rows.length < size.rows; line++) {
    const all = text.rowsOf(line, size.columns).slice(line === at.line ? at.row : 0);
    isCut = rows.length + all.length > size.rows;
    rows.push(...all.slice(0, size.rows - rows.length));
  }
  const below = text.lineCount - line + (isCut ? 1 : 0);
  return { place: at, rows, above: at.line + (at.row > 0 ? 1 : 0), below };
}

/** `null` for a key that does not scroll. */
export function pressScroll(text: TextDocument, place: Place, key: Key, size: ScrollSize): Place | null {
  const page = Math.max(1, size.rows - 1);
  switch (key.name) {
    case "up":
      return moved(text, place, -1, size);
    case "down":
      return moved(text, place, 1, size);
    case "pageUp":
      return moved(text, place, -page, size);
    case "pageDown":
      return moved(text, place, page, size);
    case "home":
      return START;
    case "end":
      return endPlace(text, size);
    default:
      return null;
  }
}

/** The last place from which all rows are filled. */
export function endPlace(text: TextDocument, size: ScrollSize): Place {
  return moved(text, { line: text.lineCount, row: 0 }, -Math.max(1, size.rows), size, true);
}

/** @param isEnd the place may be the end, rather than one from which rows are filled */
function moved(text: TextDocument, from: Place, by: number, size: ScrollSize, isEnd = false): Place {
  let { line, row } = isEnd ? from : earlier(from, { line: Math.max(0, text.lineCount - 1), row: Infinity });
  let left = Math.abs(by);
  const rowCount = (line: number) => text.rowsOf(line, size.columns).length;
  if (by > 0) {
    while (left > 0 && line < text.lineCount) {
      const ahead = rowCount(line) - row;
      if (left < ahead) return earlier({ line, row: row + left }, endPlace(text, size));
      left -= ahead;
      [line, row] = [line + 1, 0];
    }
    return earlier({ line, row }, endPlace(text, size));
  }
  while (left > 0) {
    if (left <= row) return { line, row: row - left };
    left -= row;
    if (line === 0) return START;
    line--;
    row = rowCount(line);
  }
  return { line, row };
}

/** A line has fewer rows in a terminal that has become wider. */
function within(text: TextDocument, { line, row }: Place, columns: number): Place {
  return { line, row: Math.max(0, Math.min(row, text.rowsOf(line, columns).length - 1)) };
}

function earlier(a: Place, b: Place): Place {
  return a.line < b.line || a.line === b.line && a.row <= b.row ? a : b;
}
