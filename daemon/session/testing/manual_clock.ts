/** A clock that stands still until a test moves it. */
import type { TurnClock } from "../turn_run.ts";

interface Timer {
  dueMs: number;
  act: () => void;
}

export class ManualClock implements TurnClock {
  #nowMs = 0;
  readonly #timers = new Set<Timer>();
  #change = Promise.withResolvers<void>();

  readonly now = (): number => this.#nowMs;

  readonly after = (ms: number, act: () => void): () => void => {
    const timer = { dueMs: this.#nowMs + ms, act };
    this.#timers.add(timer);
    this.#change.resolve();
    this.#change = Promise.withResolvers();
    return () => void this.#timers.delete(timer);
  };

  /** Resolves once a timer waits that is due in exactly `ms` from now. */
  async waitsFor(ms: number): Promise<void> {
    while (![...this.#timers].some(({ dueMs }) => dueMs === this.#nowMs + ms)) await this.#change.promise;
  }

  /** Lets time pass; what is due is done, in its order. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const next = [...this.#timers].filter(({ dueMs }) => dueMs <= untilMs).toSorted((a, b) => a.dueMs - b.dueMs)[0];
      if (!next) break;
      this.#timers.delete(next);
      this.#nowMs = next.dueMs;
      next.act();
    }
    this.#nowMs = untilMs;
  }
}
