/**
 * A tool call in the transcript: what it is about, how long it takes, who allowed it, and what came of it, folded to a few
 * lines. Pure.
 */
import type { Permission, ToolPart } from "@opta/protocol";
import { type DiffLine, readDiff } from "@opta/view/diff";
import { type ChangedLine, changesOf, sumOfChanges } from "@opta/view/tool_changes";
import { countLines, formatSeconds, isCommand, outputOf, resultInShort } from "@opta/view/tool_result";
import { summarizeCall } from "@opta/view/tool_summary";
import { fitWidth } from "../../chat/fit_width.ts";
import { describeOutcome } from "../../chat/permission_outcome.ts";
import { sanitizeLine } from "../../output/sanitize.ts";
import type { Role, Theme } from "../theme.ts";
import { cleanLine } from "./run.ts";

export interface CardView {
  columns: number;
  theme: Theme;
  /** Lines of a result, and of a change, that are shown; `Infinity` for all of them. */
  fold: Readonly<{ result: number; change: number }>;
}

export const folded = { result: 5, change: 12 } as const;
export const unfolded = { result: Infinity, change: Infinity } as const;

const INDENT = "    ";
/** Columns that the name of a call gets in any case. */
const LEAST_NAME_COLUMNS = 12;
/** UTF-16 units of a line, and of a result, that are looked at when it is folded. */
const LINE_LENGTH = 1_000;
const RESULT_LENGTH = 8_000;
/** How the rest of what is folded is seen. */
export const OPEN_HINT = "Ctrl-O";

/** What these return is for the model: a person needs no more than how much it was. */
const readers: ReadonlySet<string> = new Set(["read_file", "list_dir", "find_files", "search_files", "web_fetch"]);

/** A call that runs. */
export function runningCard(part: ToolPart, elapsedMs: number, { columns, theme }: Omit<CardView, "fold">): string {
  const time = elapsedMs < 1_000 ? "" : ` · ${Math.floor(elapsedMs / 1_000)} s`;
  const name = fitWidth(`▸ ${nameOf(part)}`, Math.max(1, columns - time.length));
  return theme.paint("accent", name) + theme.paint("dim", time.slice(0, Math.max(0, columns - 1)));
}

/** A call that has ended, or that its turn has left without an end. */
export function toolCard(part: ToolPart, request: Permission | undefined, view: CardView): string[] {
  const { theme, columns } = view;
  const change = part.end?.ok ? changeOf(part, request) : null;
  const figures = figuresOf(part, request, change?.sum ?? null).map(sanitizeLine).filter((figure) => figure !== "");
  const mark = part.end?.ok ? "✓" : "✗";
  const ending = figures.map((figure) => ` · ${figure}`).join("");
  const name = fitWidth(nameOf(part), Math.max(LEAST_NAME_COLUMNS, columns - ending.length - 2));
  const head = fitWidth(`${mark} ${name}${ending}`, columns);
  const role: Role = part.end?.ok ? "dim" : part.end?.denied ? "warning" : "bad";
  const body = change ? changeLines(change.lines, view) : resultLines(part, view);
  return [theme.paint(role, head), ...body];
}

function nameOf(part: ToolPart): string {
  const { name, subject } = summarizeCall(part);
  return sanitizeLine(`${name} ${subject}`);
}

function figuresOf(part: ToolPart, request: Permission | undefined, sum: string | null): string[] {
  const { end } = part;
  const outcome = request ? describeOutcome(request) : null;
  const decision = outcome ? `${outcome.what}${outcome.decidedBy === null ? "" : ` by ${outcome.decidedBy}`}` : "";
  if (!end) return [decision, "not finished"];
  if (end.denied) return [decision === "" ? "not allowed" : decision, decision === "" ? resultInShort(part) : ""];
  return [decision, formatSeconds(end.elapsed), sum ?? resultInShort(part)];
}

function changeOf(
  part: ToolPart,
  request: Permission | undefined,
): { sum: string; lines: readonly ChangedLine[] } | null {
  const changes = changesOf(part, request);
  if (!changes) return null;
  const shown = request?.diff === undefined
    ? changes.lines
    : readDiff(request.diff).filter(({ kind }) => kind !== "header");
  return { sum: sumOfChanges(changes), lines: shown };
}

function changeLines(lines: readonly ChangedLine[], { columns, theme, fold }: CardView): string[] {
  const shown = lines.slice(0, fold.change);
  return [
    ...shown.map(({ kind, text }) => indented(text, diffRoles[kind], columns, theme)),
    ...hiddenLine(lines.length - shown.length, "more", columns, theme),
  ];
}

const diffRoles: Record<DiffLine["kind"], Role> = {
  added: "added",
  removed: "removed",
  hunk: "hunk",
  header: "dim",
  context: "dim",
};

/** Of a command the end, of others the beginning; what fits the line above is not repeated. */
function resultLines(part: ToolPart, { columns, theme, fold }: CardView): string[] {
  const { end } = part;
  const output = outputOf(part).trimEnd();
  const isAll = fold.result === Infinity;
  if (!end || output === "" || (readers.has(part.toolName) && end.ok && !isAll)) return [];
  const total = countLines(output);
  if (!isCommand(part) && total === 1 && output.length <= columns) return [];
  const isTail = isCommand(part) && !end.denied;
  const piece = isAll ? output : isTail ? output.slice(-RESULT_LENGTH) : output.slice(0, RESULT_LENGTH);
  const lines = piece.split("\n").map((line) => line.replace(/\r$/, ""));
  const shown = isTail ? lines.slice(-fold.result) : lines.slice(0, fold.result);
  const painted = shown.map((line) => indented(line, "dim", columns, theme));
  const hidden = hiddenLine(total - shown.length, isTail ? "earlier" : "more", columns, theme);
  return isTail ? [...hidden, ...painted] : [...painted, ...hidden];
}

function hiddenLine(count: number, which: string, columns: number, theme: Theme): string[] {
  if (count <= 0) return [];
  return [indented(`… ${count} ${which} line${count === 1 ? "" : "s"} (${OPEN_HINT})`, "dim", columns, theme)];
}

function indented(text: string, role: Role, columns: number, theme: Theme): string {
  const indent = columns > 2 * INDENT.length ? INDENT : "";
  return indent + theme.paint(role, fitWidth(cleanLine(text.slice(0, LINE_LENGTH)), columns - indent.length));
}
