/** Lets the model of a turn summarise a part of the conversation, and writes the summary into the log. */
import type { ModelChoice, ModelFailure, ModelPart, ModelRequest } from "../model/model.ts";
import type { TurnRun } from "../session/turn_run.ts";
import { estimateTokens, lengthOfTokens } from "./budget.ts";
import type { CompactionPlan } from "./compaction_plan.ts";
import { MAX_SUMMARY_LENGTH, MAX_SUMMARY_TOKENS } from "./limits.ts";
import { boundedSummary, summaryMessages, summaryRequest } from "./summary.ts";
import { transcriptOf } from "./transcript.ts";

export type Compacted = { kind: "compacted" } | { kind: "failed"; failure: ModelFailure } | { kind: "stopped" };

/** How much of the room the transcript takes at the most: what a token is, is estimated. */
const TRANSCRIPT_SHARE = 0.85;

/**
 * @param roomTokens for the request and its answer
 * @throws {StorageError | HeadMismatchError} when the event cannot be stored
 */
export async function compact(
  { throughTurnId, replaced }: CompactionPlan,
  roomTokens: number,
  run: TurnRun,
  choice: ModelChoice,
): Promise<Compacted> {
  const maxTokens = Math.min(MAX_SUMMARY_TOKENS, Math.floor(roomTokens / 4));
  const room = roomTokens - maxTokens - estimateTokens(summaryRequest(""));
  const transcript = transcriptOf(replaced, lengthOfTokens(Math.max(0, room * TRANSCRIPT_SHARE)));
  const answer = await ask({ model: choice.name, messages: summaryRequest(transcript), maxTokens }, run, choice);
  if (answer.kind !== "answered") return answer;
  const summary = boundedSummary(answer.text);
  if (summary === "") return { kind: "failed", failure: saysNothing(choice.name) };
  const payload = {
    turnId: run.turn.turnId,
    throughTurnId,
    summary,
    replacedTokens: estimateTokens(replaced),
    summaryTokens: estimateTokens(summaryMessages(summary)),
    model: choice.name,
  };
  await run.log.append([{ event: "session.compacted", payload }], "synced");
  return { kind: "compacted" };
}

type Answer = { kind: "answered"; text: string } | Exclude<Compacted, { kind: "compacted" }>;

async function ask(request: ModelRequest, run: TurnRun, { model }: ModelChoice): Promise<Answer> {
  const { signal, meter, room } = run;
  let text = "";
  let usage: Extract<ModelPart, { type: "usage" }> | null = null;
  room.sends(estimateTokens(request.messages));
  const tally = () => meter.countBeside(request, text.length, usage);
  for await (const part of model.stream(request, signal)) {
    if (signal.aborted) break;
    if (part.type === "text") text += part.text;
    if (part.type === "usage") usage = part;
    if (part.type === "error") {
      if (!part.failure.again) tally();
      return { kind: "failed", failure: part.failure };
    }
    if (part.type === "finish" || text.length > 2 * MAX_SUMMARY_LENGTH) break;
  }
  tally();
  return signal.aborted ? { kind: "stopped" } : { kind: "answered", text };
}

function saysNothing(model: string): ModelFailure {
  const message =
    `The conversation has outgrown the context window of "${model}", and the model made no summary of it. ` +
    `Try again, start a new session, or choose a model with a longer window.`;
  return { code: "bad-response", message, retryable: true };
}
