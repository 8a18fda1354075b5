/** Cuts a line to the columns that a terminal has for it. */
import stringWidth from "string-width";

const characters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
/** Units of a text that are looked at for each column: what people call a character is hardly longer. */
const UNITS_PER_COLUMN = 8;

export function fitWidth(line: string, columns: number): string {
  if (line.length <= columns && /^[ -~]*$/.test(line)) return line;
  let fitting = "";
  let width = 0;
  for (const { segment } of characters.segment(line.slice(0, columns * UNITS_PER_COLUMN))) {
    const next = width + stringWidth(segment);
    if (next > columns - 1) return fitsWhole(line, columns) ? line : `${fitting}…`;
    fitting += segment;
    width = next;
  }
  return fitting.length === line.length ? line : `${fitting}…`;
}

/** Of a line that fills all columns nothing has to make room for the ellipsis. */
function fitsWhole(line: string, columns: number): boolean {
  return line.length <= columns * UNITS_PER_COLUMN && stringWidth(line) <= columns;
}
