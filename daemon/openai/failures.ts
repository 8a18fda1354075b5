/** How an answer ends that the model does not end well itself. */
import type { ModelFailure } from "../model/model.ts";

/** Its last part never came, which is only so when it took too long, or nobody reads any more. */
export const unfinished: ModelFailure = {
  code: "turn-timeout",
  message: "The answer did not come to its end in time. Ask for less at a time.",
  retryable: true,
};

/** More tool calls, or longer ones, than can be right. */
export const endlessCalls: ModelFailure = {
  code: "bad-response",
  message: "The model's tool calls have no end. Try again.",
  retryable: false,
};
