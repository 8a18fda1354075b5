/** How much a turn may send to the model that answers it, and what its server has said about that meanwhile. */
import type { ModelChoice, ModelFailure } from "../model/model.ts";
import { budgetOf, type ContextWindow, windowOf } from "./budget.ts";
import { MAX_OVERFLOWS, OVERFLOW_SHRINK } from "./limits.ts";

export class ContextRoom {
  readonly #configured: number | null;
  #model = "";
  /** What the server did not take, and in which words. */
  #overflow: { tokens: number; failure: ModelFailure } | null = null;
  #overflows = 0;
  #sentTokens = 0;
  /** Nothing is left to be made smaller. */
  #isExhausted = false;

  /** @param configured `model.contextLength` */
  constructor(configured: number | null) {
    this.#configured = configured;
  }

  /** What the server last said of a request that was too long. */
  get failure(): ModelFailure | null {
    return this.#overflow?.failure ?? null;
  }

  windowOf(choice: ModelChoice): ContextWindow {
    const model = `${choice.model.provider} ${choice.name}`;
    if (model !== this.#model) [this.#model, this.#overflow] = [model, null]; // another window
    return windowOf(choice, this.#configured);
  }

  /** The most that a request may take, in tokens as we estimate them. */
  budgetOf(window: ContextWindow): number {
    return Math.min(budgetOf(window), this.#overflow?.tokens ?? Infinity);
  }

  sends(tokens: number): void {
    this.#sentTokens = tokens;
  }

  exhaust(): void {
    this.#isExhausted = true;
  }

  /** The server did not take what was sent. @returns whether another request may be smaller */
  overflowed(failure: ModelFailure): boolean {
    if (this.#isExhausted || this.#overflows >= MAX_OVERFLOWS) return false;
    this.#overflows++;
    const tokens = Math.min(this.#sentTokens, this.#overflow?.tokens ?? Infinity);
    this.#overflow = { tokens: Math.floor(tokens * OVERFLOW_SHRINK), failure };
    return true;
  }
}
