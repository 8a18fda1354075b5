/** What the end of a turn means to whoever runs a command: its exit code, a line that says so, and a JSON document. */
import { answerOf, type Turn, type TurnErrorCode } from "@opta/protocol";
import { ExitCode } from "../exit.ts";
import { sanitize, sanitizeLine } from "../sanitize.ts";

/** These say that there is no model to answer, unless a piece of an answer had come already. */
const noServerCodes: ReadonlySet<TurnErrorCode> = new Set([
  "lmx-connection-refused",
  "no-model-loaded",
  "lmx-timeout",
  "connect-timeout",
  "first-token-timeout",
]);

export function exitCodeOf(turn: Turn): ExitCode {
  const { end } = turn;
  if (end?.kind === "done") return end.finishReason === "cancelled" ? ExitCode.cancelled : ExitCode.done;
  const saidNothing = turn.parts.length === 0;
  return end && noServerCodes.has(end.code) && saidNothing ? ExitCode.noModelServer : ExitCode.failed;
}

/** What is to be said about a turn that did not end well; `null` when it did. */
export function problemOf({ end }: Turn): string | null {
  if (end?.kind === "error") return `${sanitizeLine(end.message)} (${end.code})`;
  if (end?.finishReason === "cancelled") return "The turn was cancelled";
  return end?.finishReason === "length" ? "The answer was cut off at the length limit" : null;
}

/** The turn as scripts read it. `response` is what a terminal would have shown. */
export function documentOf(sessionId: string, turn: Turn): Record<string, unknown> {
  const { turnId, start, end } = turn;
  if (end?.kind === "error") return { error: { code: end.code, message: end.message }, sessionId, turnId };
  const { finishReason, stats } = end ?? {};
  const { model, provider } = start ?? {};
  return { sessionId, turnId, response: sanitize(answerOf(turn)), finishReason, stats, model, provider };
}
