/** A diff of the daemon as it is printed: painted, and without what a terminal would obey. Pure. */
import { readDiff } from "@opta/view/diff";
import { paintDiffLine } from "../chat/paint_diff_line.ts";
import type { Colors } from "../output/colors.ts";
import { sanitize } from "../output/sanitize.ts";

/** Without a line feed at its end. */
export function paintDiff(diff: string, colors: Colors): string {
  return readDiff(diff).map((line) => paintDiffLine(line, sanitize(line.text), colors)).join("\n");
}
