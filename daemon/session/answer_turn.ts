/**
 * The loop of a turn: the model answers or calls tools, the results go back to it, until it has nothing more to call. Model
 * failure, a stop and what a tool cannot do are values on the way.
 *
 *     ask ──► answered ──┬─ no calls ─► finished
 *      ▲                 └─ calls ────► run them ─┬─ steps left ─┐
 *      └──────────────────────────────────────────┴──────────────┘ else ► failed, "max-steps"
 */
import type { ModelFailure } from "../model/model.ts";
import { askModel } from "./ask_model.ts";
import { MAX_REPEATED_FAILURES, MAX_STEPS } from "./limits.ts";
import { runCalls, type ToolResult } from "./run_calls.ts";
import type { TurnRun } from "./turn_run.ts";

export type Outcome =
  | { kind: "finished"; reason: string }
  | { kind: "failed"; failure: ModelFailure }
  | { kind: "stopped" };

/**
 * With one of these the model is done with its calls. Others break off in the middle of one, such as `length`, and a call
 * that may be half of one is not run.
 */
const COMPLETE: ReadonlySet<string> = new Set(["stop", "tool_calls", "function_call"]);

export async function answerTurn(run: TurnRun): Promise<Outcome> {
  const maxSteps = run.turn.overrides.maxTurns ?? MAX_STEPS;
  const stuck = new RepeatedFailures();
  for (let steps = 1;; steps++) {
    const step = await askModel(run);
    if (step.kind !== "answered") return step;
    const { reason, text, calls } = step;
    if (calls.length === 0 && reason === "tool_calls") return { kind: "failed", failure: namesNoTool };
    if (calls.length === 0 || !COMPLETE.has(reason)) return { kind: "finished", reason };
    const results = await runCalls(calls, run);
    if (run.signal.aborted) return { kind: "stopped" };
    if (results.some((result) => stuck.sees(result))) return { kind: "failed", failure: repeatsItself };
    if (steps >= maxSteps) return { kind: "failed", failure: outOfSteps(maxSteps) };
    run.messages.push(
      { role: "assistant", content: text, toolCalls: calls },
      ...results.map(({ call, result, ok }) => ({ role: "tool" as const, toolCallId: call.id, content: result, ok })),
    );
  }
}

/** Notices a model that makes the same failing call again and again. */
class RepeatedFailures {
  #last = "";
  #count = 0;

  /** @returns whether this was once too often */
  sees({ call, ok }: ToolResult): boolean {
    const key = ok ? "" : JSON.stringify([call.name, call.arguments]);
    this.#count = key !== "" && key === this.#last ? this.#count + 1 : 1;
    this.#last = key;
    return key !== "" && this.#count >= MAX_REPEATED_FAILURES;
  }
}

const namesNoTool: ModelFailure = {
  code: "bad-response",
  message: "The model announced a tool call and made none. Try again or choose another model.",
  retryable: true,
};

const repeatsItself: ModelFailure = {
  code: "max-steps",
  message:
    `The model made the same failing tool call ${MAX_REPEATED_FAILURES} times in a row, so the turn was ended. ` +
    "Say it in another way, or choose another model.",
  retryable: true,
};

function outOfSteps(maxSteps: number): ModelFailure {
  const message = `The turn was ended after ${maxSteps} requests to the model, the most that it may make. ` +
    "Allow more with --max-turns, or go on with another message.";
  return { code: "max-steps", message, retryable: true };
}
