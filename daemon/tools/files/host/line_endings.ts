/** Line endings: tools and models work with LF, files keep what they have. A lone CR is an ordinary character. Pure. */

export type LineEnding = "\n" | "\r\n";

/** The one that most lines of the text have. */
export function lineEndingOf(text: string): LineEnding {
  let lf = 0;
  let crlf = 0;
  for (let i = text.indexOf("\n"); i !== -1; i = text.indexOf("\n", i + 1)) {
    if (text[i - 1] === "\r") crlf++;
    else lf++;
  }
  return crlf > lf ? "\r\n" : "\n";
}

export function toLf(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

export function withLineEnding(text: string, ending: LineEnding): string {
  return ending === "\n" ? toLf(text) : toLf(text).replaceAll("\n", ending);
}

/** The lines without their ends; a last end begins no line of its own. */
export function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = toLf(text).split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** A text with LF alone, and the way back to where its parts stood. */
export class LfView {
  readonly text: string;
  /** Where in `text` the line breaks are that were CRLF. */
  readonly #crlfs: number[] = [];

  constructor(original: string) {
    this.text = toLf(original);
    for (let i = original.indexOf("\r\n"); i !== -1; i = original.indexOf("\r\n", i + 2)) {
      this.#crlfs.push(i - this.#crlfs.length);
    }
  }

  /** The index in the original of what stands at `index` in `text`. */
  originalIndex(index: number): number {
    let [low, high] = [0, this.#crlfs.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#crlfs[middle] ?? Infinity) < index) low = middle + 1;
      else high = middle;
    }
    return index + low;
  }
}
