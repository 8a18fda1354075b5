/**
 * What a person is shown of a request for permission: all that will happen, why it is asked, and what a wider answer would
 * cover. Pure. Nothing of it is left out silently: see `showExactly`.
 */
import type { Permission, SessionState, Turn } from "@opta/protocol";
import { type BodyLine, bodyOf } from "@opta/view/permission/request_body";
import { showExactly, showLineExactly } from "@opta/view/permission/show_exactly";
import type { Colors } from "../output/colors.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { wrapWords } from "../output/wrap_words.ts";
import { paintDiffLine } from "./paint_diff_line.ts";
import { foldLines } from "./fold_lines.ts";

/** Lines of a request that are shown at first: what is asked must not push itself off the screen. */
const FOLDED_LINES = 40;
/** And so many UTF-16 units in them, about as much as fits on a screen. */
const FOLDED_LENGTH = 4_000;
/** Longest rule that is shown in full; the command that it repeats stands above. */
const MAX_RULE_SHOWN = 200;

export interface RequestView {
  colors: Colors;
  /** The client that looks: requests of its own turns bear no name. */
  clientId: string;
  /** How wide the terminal is: the reason is broken between words, all else stands as it is. */
  columns: number;
  /** Everything is shown, however long it is. */
  isUnfolded: boolean;
  /** Whoever looks has no keys to answer or to unfold it. */
  isReadOnly?: boolean;
}

/** @returns the lines, and how many of the request are left out of them */
export function formatRequest(
  request: Permission,
  { active, workspace }: Pick<SessionState, "active" | "workspace">,
  { colors, clientId, columns, isUnfolded, isReadOnly = false }: RequestView,
): { text: string; hidden: number } {
  const { bold, yellow, dim } = colors;
  const body = bodyOf(request, workspace?.cwd ?? null);
  const texts = body.map(({ text }) => text);
  const { shown, hidden } = isUnfolded ? { shown: texts, hidden: 0 } : foldLines(texts, FOLDED_LINES, FOLDED_LENGTH);
  const lines = [
    bold(yellow(titleOf(request, active, clientId))),
    ...shown.map((text, i) => `  ${paint(body[i]!, showExactly(text), colors)}`),
    ...(hidden > 0
      ? [yellow(`  … ${hidden} more line${hidden === 1 ? "" : "s"}${isReadOnly ? "" : ", v shows all"}`)]
      : []),
    ...(request.needsAnswer ? [] : [dim(wrapWords(`  because ${sanitizeLine(request.reason)}`, columns))]),
    ...(request.rule === undefined || isReadOnly ? [] : [dim(`  s and a would allow: ${ruleShown(request.rule)}`)]),
  ];
  return { text: lines.join("\n"), hidden };
}

function paint(line: BodyLine, text: string, colors: Colors): string {
  switch (line.kind) {
    case "command":
      return colors.bold(text);
    case "argument":
      return text;
    default:
      return paintDiffLine(line, text, colors);
  }
}

/** Who asks, and for whom. */
export function titleOf(request: Permission, turn: Turn | null, clientId: string): string {
  const title = request.needsAnswer ? "a question" : `${sanitizeLine(request.toolName)} asks for permission`;
  return `? ${title}${ofWhom(turn, clientId)}`;
}

function ofWhom(turn: Turn | null, clientId: string): string {
  return turn && turn.clientId !== clientId ? ` (for ${sanitizeLine(turn.writerId)})` : "";
}

function ruleShown(rule: string): string {
  const shown = showLineExactly(rule);
  return shown.length <= MAX_RULE_SHOWN ? shown : `${shown.slice(0, MAX_RULE_SHOWN)}…`;
}
