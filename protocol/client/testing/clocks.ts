/** Clocks for tests. */
import type { Clock } from "../clock.ts";

/** Time that passes `factor` times as fast: backoff costs a test next to nothing. */
export function fastClock(factor: number): Clock {
  return {
    now: () => performance.now() * factor,
    after(ms, run) {
      const timer = setTimeout(run, ms / factor);
      return () => clearTimeout(timer);
    },
  };
}

/** Time that passes only when the test says so. */
export class ManualClock implements Clock {
  #nowMs = 0;
  #timers = new Set<{ atMs: number; run: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { atMs: this.#nowMs + ms, run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get timerCount(): number {
    return this.#timers.size;
  }

  /** Runs what becomes due, in order. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) {
      this.#nowMs = timer.atMs;
      this.#timers.delete(timer);
      timer.run();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): { atMs: number; run: () => void } | undefined {
    return [...this.#timers].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  }
}
