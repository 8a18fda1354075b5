/** The colours of a line of a diff. Pure. */
import type { DiffLine } from "@opta/view/diff";
import type { Colors } from "../output/colors.ts";

/** @param text the line's text as it is to be shown */
export function paintDiffLine(
  { kind }: Pick<DiffLine, "kind">,
  text: string,
  { green, red, cyan, bold }: Colors,
): string {
  switch (kind) {
    case "added":
      return green(text);
    case "removed":
      return red(text);
    case "hunk":
      return cyan(text);
    case "header":
      return bold(text);
    case "context":
      return text;
    default:
      return kind satisfies never;
  }
}
