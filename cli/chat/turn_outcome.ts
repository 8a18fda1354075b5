/** What the end of a turn means to whoever runs a command: its exit code, a line that says so, and a JSON document. */
import { type Turn, type TurnErrorCode } from "@opta/protocol";
import { ExitCode } from "../exit.ts";
import { sanitize, sanitizeLine } from "../output/sanitize.ts";
import { gapAfter } from "./answer_output.ts";
import { toolCallsOf } from "./tool_calls_document.ts";

/** These say that there is no model to answer, unless a piece of an answer had come already. */
const noServerCodes: ReadonlySet<TurnErrorCode> = new Set([
  "lmx-connection-refused",
  "no-model-loaded",
  "lmx-timeout",
  "connect-timeout",
  "first-token-timeout",
]);

/** A question that nobody answers is no obstacle: the model goes on without. */
const QUESTION = "ask_user";

export function exitCodeOf(turn: Turn): ExitCode {
  const { end } = turn;
  if (end?.kind === "done") {
    if (end.finishReason === "cancelled") return ExitCode.cancelled;
    return denialsOf(turn).length === 0 ? ExitCode.done : ExitCode.failed;
  }
  const saidNothing = turn.parts.length === 0;
  return end && noServerCodes.has(end.code) && saidNothing ? ExitCode.noModelServer : ExitCode.failed;
}

/** What is to be said about a turn that did not end well; `null` when it did. */
export function problemOf(turn: Turn): string | null {
  const { end } = turn;
  if (end?.kind === "error") return `${sanitizeLine(end.message)} (${end.code})`;
  if (end?.finishReason === "cancelled") return "The turn was cancelled";
  const denials = denialsOf(turn);
  if (denials.length > 0) return denials.join(" ");
  return end?.finishReason === "length" ? "The answer was cut off at the length limit" : null;
}

/** Whether there is an answer, rather than a piece of one. */
export function isAnswered({ end }: Turn): boolean {
  return end?.kind === "done" && end.finishReason !== "cancelled";
}

/** What the turn answered, as a terminal shows it: what is said after a tool call is a paragraph of its own. */
export function responseOf({ parts }: Turn): string {
  let response = "";
  let isAfterTool = false;
  for (const part of parts) {
    if (part.kind === "tool") isAfterTool = true;
    if (part.kind !== "text" || part.text === "") continue;
    response += (isAfterTool ? gapAfter(response) : "") + part.text;
    isAfterTool = false;
  }
  return sanitize(response);
}

/** The turn as scripts read it. */
export function documentOf(sessionId: string, turn: Turn): Record<string, unknown> {
  const { turnId, start, end } = turn;
  const toolCalls = toolCallsOf(turn);
  if (end?.kind === "error") return { error: { code: end.code, message: end.message }, sessionId, turnId, toolCalls };
  const { finishReason, stats } = end ?? {};
  const { model, provider } = start ?? {};
  return { sessionId, turnId, response: responseOf(turn), finishReason, stats, model, provider, toolCalls };
}

/**
 * Why tools were not used, each reason once, where nobody was there to be asked: then a turn that ended has not done what it
 * was told. A tool that was used after all is no matter.
 */
function denialsOf({ parts, overrides }: Turn): string[] {
  if (!overrides.unattended) return [];
  const calls = parts.filter((part) => part.kind === "tool");
  const used = new Set(calls.flatMap(({ toolName, end }) => end && !end.denied ? [toolName] : []));
  const denials = calls.flatMap(({ toolName, end }) =>
    end?.denied && !used.has(toolName) && toolName !== QUESTION ? [sanitizeLine(end.result)] : []
  );
  return [...new Set(denials)];
}
