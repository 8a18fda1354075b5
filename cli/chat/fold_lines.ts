/** The beginning of a long text, and how much there is behind it. Pure. */

export interface FoldedLines {
  /** The first lines, in their order. */
  shown: string[];
  /** Lines that are not shown, or not to their ends. */
  hidden: number;
}

/** At most so many lines, and so many UTF-16 units in them; the beginning of the first one is always shown. */
export function foldLines(lines: readonly string[], maxLines: number, maxLength: number): FoldedLines {
  const shown: string[] = [];
  let left = maxLength;
  for (const line of lines.slice(0, maxLines)) {
    if (line.length > left) {
      if (shown.length === 0) return { shown: [`${line.slice(0, maxLength)}…`], hidden: lines.length };
      break;
    }
    shown.push(line);
    left -= line.length;
  }
  return { shown, hidden: lines.length - shown.length };
}
