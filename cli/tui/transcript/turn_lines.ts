/** What stands around an answer: who asks what, how it ended, and remarks. Pure. Every line fits the terminal. */
import { type Compaction, type Message, type Turn, type TurnEnd, type Undone } from "@opta/protocol";
import { fitWidth } from "../../chat/fit_width.ts";
import { foldLines } from "../../chat/fold_lines.ts";
import { formatStats } from "../../chat/format_stats.ts";
import { sanitize, sanitizeLine } from "../../output/sanitize.ts";
import type { Role } from "../theme.ts";
import type { RenderView } from "./render_block.ts";
import { cleanText, type Line, paintLine, type Run } from "./run.ts";
import { OPEN_HINT } from "./tool_card.ts";
import { wrapRuns } from "./wrap_runs.ts";

/** Lines of a message that are shown in the transcript, and UTF-16 units in them. */
const MAX_LINES = 12;
const MAX_LENGTH = 2_000;
/** Files that are named in a remark. */
const MAX_NAMED = 5;

export interface HeaderView extends RenderView {
  /** The client that looks: its own turns bear no name. */
  clientId: string;
  isUnfolded: boolean;
}

export function turnHeader({ clientId, writerId, mode, content }: Turn, view: HeaderView): string[] {
  const name = clientId === view.clientId ? "" : sanitizeLine(writerId);
  return messageLines(`${name}› `, mode === "chat" ? "" : `[${mode}] `, content, view);
}

/** A message that came with the session. */
export function importedLines({ role, content }: Message, view: HeaderView): string[] | null {
  switch (role) {
    case "user":
      return messageLines("› ", "", content, view);
    case "system":
      return messageLines("system: ", "", content, view);
    default: // an answer is markdown
      return null;
  }
}

function messageLines(mark: string, mode: string, content: string, view: HeaderView): string[] {
  const { isUnfolded } = view;
  const all = cleanText(content).split("\n");
  const { shown, hidden } = isUnfolded ? { shown: all, hidden: 0 } : foldLines(all, MAX_LINES, MAX_LENGTH);
  const runs: Run[] = [
    { text: mark, roles: ["user"] },
    ...(mode === "" ? [] : [{ text: mode, roles: ["warning" as const] }]),
    { text: shown.join("\n"), roles: [] },
  ];
  const lines = indentRest(wrapRuns(runs, Math.max(1, view.columns - 2)), view.columns);
  const more = hidden > 0 ? remark(`  … ${hidden} more line${hidden === 1 ? "" : "s"} (${OPEN_HINT})`, view) : [];
  return [...lines.map((line) => paintLine(line, view.theme)), ...more];
}

function indentRest([first = [], ...rest]: readonly Line[], columns: number): Line[] {
  if (columns < 8) return [first, ...rest];
  return [first, ...rest.map((line): Line => line.length === 0 ? line : [{ text: "  ", roles: [] }, ...line])];
}

/** Words about the conversation. @param text as it came */
export function remark(text: string, view: RenderView, role: Role = "dim"): string[] {
  return wrapRuns([{ text: cleanText(text).trimEnd(), roles: [role] }], view.columns)
    .map((line) => paintLine(line, view.theme));
}

export function endLines(turn: Turn, end: TurnEnd, view: RenderView & Pick<HeaderView, "clientId">): string[] {
  switch (end.kind) {
    case "error": {
      const canRetry = end.retryable && turn.clientId === view.clientId;
      const hint = canRetry ? remark("/retry asks again", view) : [];
      return [...remark(`${end.code}: ${sanitizeLine(end.message)}`, view, "bad"), ...hint];
    }
    case "done": {
      const how = end.finishReason === "cancelled" ? remark("cancelled", view, "warning") : [];
      return [...how, ...remark(formatStats(turn, end), view)];
    }
    default:
      return end satisfies never;
  }
}

/** A turn that was cancelled before it began is no part of the conversation. */
export function isUnbegun({ start, end }: Turn): boolean {
  return !start && end?.kind === "done";
}

export function describeUndone({ kind, files, fileCount }: Undone): string {
  const named = files.slice(0, MAX_NAMED).map(sanitizeLine).join(", ");
  const more = fileCount > MAX_NAMED ? ` and ${fileCount - MAX_NAMED} more` : "";
  const what = kind === "undo" ? "changes taken back" : "changes brought back";
  return `${what}: ${named === "" ? `${fileCount} files` : named + more}`;
}

export function describeCompaction({ throughTurnId }: Compaction): string {
  return throughTurnId === null
    ? "the model is sent a summary of the messages that came with this session"
    : "the model is sent a summary in place of the conversation up to an earlier turn";
}

/** A thought that is over. */
export function thoughtLine(elapsedMs: number | null): string {
  const time = elapsedMs === null ? "" : ` for ${Math.max(1, Math.round(elapsedMs / 1_000))} s`;
  return `thought${time} (${OPEN_HINT})`;
}

/** A thought that goes on, in one line: the time, and the end of what is thought. */
export function thinkingLine(elapsedMs: number, text: string, columns: number): string {
  const head = `thinking ${Math.floor(elapsedMs / 1_000)} s`;
  const room = columns - head.length - 3;
  const words = sanitize(text.slice(-Math.max(0, room))).replaceAll(/\s+/g, " ").trim();
  return fitWidth(room < 10 || words === "" ? head : `${head} … ${words}`, columns);
}
