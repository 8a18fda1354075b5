/** What the transcript is made of: lines that belong together. */

export interface Item {
  lines: readonly string[];
  /** A blank line goes before them, unless they are the first. */
  isApart: boolean;
}

/** Lines that are printed for good. */
export interface PrintedBlock {
  /** Unique in its feed. */
  key: string;
  lines: readonly string[];
}

/** One below the other. */
export function linesOf(items: readonly Item[], isFirst: boolean): string[] {
  return items.flatMap(({ lines, isApart }, at) => isApart && !(isFirst && at === 0) ? ["", ...lines] : [...lines]);
}

export function heightOf(items: readonly Item[]): number {
  return items.reduce((sum, { lines, isApart }) => sum + lines.length + (isApart ? 1 : 0), 0);
}
