/** Finds the lines of a text that match, with those around them. Pure. */
import { linesOf } from "../host/line_endings.ts";
import { MAX_MATCH_LENGTH } from "../limits.ts";

export interface Scan {
  /** Lines that match. */
  count: number;
  /** `12: line` for what matches, `13- line` for what is around it, `--` between groups. */
  lines: string[];
}

/** @param limit most matches that are given */
export function scanLines(text: string, expression: RegExp, contextLines: number, limit: number): Scan {
  const all = linesOf(text);
  const scan: Scan = { count: 0, lines: [] };
  let shownUpTo = -1;
  let contextUpTo = -1;
  const show = (index: number, mark: string) => scan.lines.push(`${index + 1}${mark} ${cut(all[index] ?? "")}`);
  for (const [index, line] of all.entries()) {
    if (scan.count < limit && expression.test(line)) {
      const from = Math.max(shownUpTo + 1, index - contextLines);
      if (contextLines > 0 && scan.count > 0 && from > shownUpTo + 1) scan.lines.push("--");
      for (let before = from; before < index; before++) show(before, "-");
      show(index, ":");
      scan.count++;
      shownUpTo = index;
      contextUpTo = index + contextLines;
    } else if (index <= contextUpTo) {
      show(index, "-");
      shownUpTo = index;
    } else if (scan.count >= limit) {
      break;
    }
  }
  return scan;
}

function cut(line: string): string {
  return line.length <= MAX_MATCH_LENGTH ? line : `${line.slice(0, MAX_MATCH_LENGTH)}…`;
}
