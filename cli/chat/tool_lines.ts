/**
 * Tool calls as lines of a conversation: one when a call starts, and when it has ended how that went, with a little of what
 * came of it. Pure. However much a call returns, it takes a few lines no wider than the terminal.
 */
import type { Permission, ToolPart } from "@opta/protocol";
import type { Colors } from "../colors.ts";
import { sanitize, sanitizeLine } from "../sanitize.ts";
import { paintDiffLine } from "./diff_lines.ts";
import { fitWidth } from "./fit_width.ts";
import { changesOf, type ToolChanges } from "./tool_changes.ts";

/** Last lines of a command's output that are shown, taken from so many units of its end. */
const TAIL_LINES = 5;
const TAIL_LENGTH = 4_000;
/** First lines of a change that are shown. */
const CHANGED_LINES = 8;
/** UTF-16 units of a result or an argument that can matter for one line. */
const LINE_LENGTH = 1_000;
/** Columns that the name of a call gets in any case. */
const LEAST_NAME_COLUMNS = 20;
const INDENT = "    ";
/** Items of a list that are named: more do not fit a line. */
const LISTED_ITEMS = 20;

/** The arguments that say what a call is about, the most telling one first: of a search not where, but what for. */
const telling = ["command", "pattern", "query", "path", "url", "processId"];
const listedKeys = ["path", "text"];

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
  const figures = [end.denied ? "not allowed" : secondsOf(end.elapsed), changes ? sumOf(changes) : shortResult(part)]
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
function nameOf({ toolName, args }: ToolPart): string {
  const key = telling.find((key) => typeof args[key] === "string") ?? Object.keys(args)[0];
  const value = key === undefined ? "" : args[key];
  const shown = typeof value === "string" ? value : listed(value) ?? JSON.stringify(value) ?? "";
  return sanitizeLine(`${toolName.slice(0, LINE_LENGTH)} ${shown.slice(0, LINE_LENGTH)}`);
}

/** Of a list of objects, as an edit of several files has: what each is about. `null` for anything else. */
function listed(value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const texts = value.slice(0, LISTED_ITEMS).map((item: unknown) => {
    const entries = typeof item === "object" && item !== null ? Object.entries(item) : [];
    return entries.find(([key, text]) => listedKeys.includes(key) && typeof text === "string")?.[1];
  });
  return texts.every((text) => typeof text === "string") ? texts.join(", ") : null;
}

function isCommand({ args }: ToolPart): boolean {
  return typeof args["command"] === "string";
}

/** The result in a few words: what a failure says, the exit code of a command, or how much it is. */
function shortResult(part: ToolPart): string {
  const { ok = true, denied, result = "", truncated } = part.end ?? {};
  const first = sanitizeLine(result.slice(0, LINE_LENGTH).split("\n", 1)[0] ?? "");
  const exit = isCommand(part) ? /^Exit code (-?\d+)/.exec(first)?.[1] : undefined;
  if (exit !== undefined) return `exit ${exit}`;
  if (!ok || denied || isCommand(part)) return first;
  const lines = countLines(result);
  return `${lines > 1 ? `${lines} lines` : first}${truncated ? ", cut" : ""}`;
}

/** What a command wrote last; its result begins with how it ended and a blank line. */
function outputTail({ end }: ToolPart): string[] {
  const result = end?.result ?? "";
  const begin = result.indexOf("\n\n");
  const output = begin === -1 ? "" : sanitize(result.slice(Math.max(begin + 2, result.length - TAIL_LENGTH)));
  return output.trimEnd().split("\n").filter((line) => line.trim() !== "").slice(-TAIL_LINES);
}

function sumOf({ added, removed }: ToolChanges): string {
  return removed === null ? `${added} line${added === 1 ? "" : "s"}` : `+${added} −${removed}`;
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < text.length - 1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function secondsOf(elapsed: number): string {
  if (elapsed < 60) return `${elapsed.toFixed(1)} s`;
  return `${Math.floor(elapsed / 60)} min ${Math.round(elapsed % 60)} s`;
}
