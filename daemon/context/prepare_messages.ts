/**
 * What a request to the model of a turn holds. When it is more than the model's window, old results of tools are cut; when
 * that is not enough, the model summarises the older turns, and the log says so.
 *
 *     whole ──► shortened ──► summary of older turns ──► summary of all turns ──► new results cut, too ──► does not fit
 *       │           │                   │                        │                          │
 *       └───────────┴───────────────────┴────── fits ────────────┴──────────────────────────┘
 */
import type { ModelChoice, ModelFailure, ModelMessage } from "../model/model.ts";
import { historyOf } from "../session/history.ts";
import { emitProgress, type TurnRun } from "../session/turn_run.ts";
import { type ContextWindow, estimateTokens } from "./budget.ts";
import { planCompaction } from "./compaction_plan.ts";
import { compact } from "./compact.ts";
import { KEPT_SHARE } from "./limits.ts";
import { type Fit, requestMessages } from "./request_messages.ts";

export type Prepared =
  | { kind: "ready"; messages: ModelMessage[]; tokens: number; window: ContextWindow }
  | { kind: "failed"; failure: ModelFailure }
  | { kind: "stopped" };

/**
 * @param begin called before a summary is made: from then on the turn uses the model
 * @throws {StorageError | HeadMismatchError} when an event cannot be stored
 */
export async function prepareMessages(
  run: TurnRun,
  choice: ModelChoice,
  begin: () => Promise<void>,
): Promise<Prepared> {
  const { room, log } = run;
  const window = room.windowOf(choice);
  const budget = room.budgetOf(window);
  const inLess = (fit: Fit): Extract<Prepared, { kind: "ready" }> => {
    const parts = { system: run.system, history: historyOf(log.state), own: run.messages };
    const messages = requestMessages(parts, fit);
    return { kind: "ready", messages, tokens: estimateTokens(messages, run.specs), window };
  };
  const fits = (...ways: Fit[]) => ways.values().map(inLess).find(({ tokens }) => tokens <= budget);

  for (const keptShare of [KEPT_SHARE, 0]) {
    const ready = fits("whole", "shortened");
    if (ready) return ready;
    const plan = planCompaction(historyOf(log.state), keptShare * budget);
    if (!plan) continue;
    await begin();
    emitProgress(run, "compact", `The conversation fills the window of ${choice.name}: its older part is summarised.`);
    const made = await compact(plan, Math.min(window.tokens, budget), run, choice);
    if (made.kind !== "compacted") return made;
  }
  const ready = fits("whole", "shortened", "least");
  if (ready) return ready;
  room.exhaust();
  if (room.failure) return { kind: "failed", failure: room.failure };
  const least = inLess("least");
  // What leaves too little for the answer may still do; and where nobody said how long the window is, the server knows.
  if (!window.isKnown || least.tokens <= window.tokens) return least;
  return {
    kind: "failed",
    failure: doesNotFit(choice.name, least.tokens, estimateTokens([], run.specs), window.tokens),
  };
}

function doesNotFit(model: string, tokens: number, toolTokens: number, windowTokens: number): ModelFailure {
  const tools = toolTokens > 0 ? `, ${toolTokens} of them for the tools,` : "";
  const message = `This does not fit into the context window of "${model}", also without what was said before: about ` +
    `${tokens} tokens${tools} of at most ${windowTokens}. Send less at a time, or choose a model with a longer window. ` +
    `If the window is longer than that, say so with "opta config set model.contextLength TOKENS".`;
  return { code: "context-overflow", message, retryable: false };
}
