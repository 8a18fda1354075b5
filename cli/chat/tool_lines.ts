/**
 * Tool calls as lines of a conversation: one when a call starts, and when it has ended how that went, with a little of what
 * came of it. Pure. However much a call returns, it takes a few lines no wider than the terminal.
 */
import type { Permission, ToolPart } from "@opta/protocol";
import { changesOf, sumOfChanges, type ToolChanges } from "@opta/view/tool_changes";
import { formatSeconds, isCommand, outputOf, resultInShort } from "@opta/view/tool_result";
import { summarizeCall } from "@opta/view/tool_summary";
import type { Colors } from "../output/colors.ts";
import { sanitize, sanitizeLine } from "../output/sanitize.ts";
import { fitWidth } from "./fit_width.ts";
import { paintDiffLine } from "./paint_diff_line.ts";

/** Last lines of a command's output that are shown, taken from so many units of its end. */
const TAIL_LINES = 5;
const TAIL_LENGTH = 4_000;
/** First lines of a change that are shown. */
const CHANGED_LINES = 8;
/** UTF-16 units that can matter for one line. */
const LINE_LENGTH = 1_000;
/** Columns that the name of a call gets in any case. */
const LEAST_NAME_COLUMNS = 20;
const INDENT = "    ";

export interface ToolView {
  colors: Colors;
  columns: number;
}

export interface EndView extends ToolView {
  /** The line of its start stands right above, so that the call need not be named again. */
  isBelowStart: boolean;
  /** One line only, as in a history. */
  isCompact: boolean;
  /** The request for permission that the call waited for. */
  request: Permission | undefined;
}

/** The line of a call that has started. */
export function formatStart(part: ToolPart, { colors: { dim }, columns }: ToolView): string {
  return dim(fitWidth(`▸ ${nameOf(part)}`, columns - 1));
}

/** The lines of a call that has ended. */
export function formatEnd(part: ToolPart, view: EndView): string {
  const { colors: { dim, yellow }, columns, isBelowStart, isCompact, request } = view;
  const { end } = part;
  if (!end) return formatStart(part, view);
  const changes = end.ok ? changesOf(part, request) : null;
  const figures = [
    end.denied ? "not allowed" : formatSeconds(end.elapsed),
    changes ? sumOfChanges(changes) : sanitizeLine(resultInShort(part)),
  ]
    .filter((figure) => figure !== "").join(" · ");
  const mark = end.ok ? "✓" : "✗";
  const name = fitWidth(nameOf(part), Math.max(LEAST_NAME_COLUMNS, columns - figures.length - 6));
  const line = fitWidth(isBelowStart ? `  ${mark} ${figures}` : `${mark} ${name} · ${figures}`, columns - 1);
  const head = end.ok ? dim(line) : yellow(line);
  return isCompact ? head : [head, ...detailsOf(part, changes, view).map((detail) => INDENT + detail)].join("\n");
}

function detailsOf(part: ToolPart, changes: ToolChanges | null, { colors, columns }: ToolView): string[] {
  const width = columns - INDENT.length - 1;
  const fitted = (line: string) =>
    fitWidth(sanitize(line.slice(0, LINE_LENGTH)).replaceAll(/[\t\u2028\u2029]/g, "  "), width);
  if (changes) {
    const first = changes.lines.slice(0, CHANGED_LINES);
    const hidden = changes.lines.length - first.length;
    return [
      ...first.map((line) => colors.dim(paintDiffLine(line, fitted(line.text), colors))),
      ...(hidden > 0 ? [colors.dim(`… ${hidden} more line${hidden === 1 ? "" : "s"}`)] : []),
    ];
  }
  return isCommand(part) && !part.end?.denied ? outputTail(part).map((line) => colors.dim(fitted(line))) : [];
}

/** `run_command npm test`. */
function nameOf(part: ToolPart): string {
  const { name, subject } = summarizeCall(part);
  return sanitizeLine(`${name} ${subject}`);
}

/** What a command wrote last. */
function outputTail(part: ToolPart): string[] {
  const output = sanitize(outputOf(part).slice(-TAIL_LENGTH));
  return output.trimEnd().split("\n").filter((line) => line.trim() !== "").slice(-TAIL_LINES);
}
