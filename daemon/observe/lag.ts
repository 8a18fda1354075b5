/**
 * How late the event loop is, by the drift of a timer: Deno's own `monitorEventLoopDelay` reports nonsense. One timer,
 * one number a tick; percentiles are made only when somebody asks.
 */

/** A tick ten times a second sees every block that a person could notice and costs nothing that can be measured. */
const TICK_MS = 100;
/** What is kept: the last minute. */
const TICKS_KEPT = 600;

export interface Lag {
  p50: number;
  p99: number;
  max: number;
}

export class LagMeter implements Disposable {
  readonly #lateness = new Float64Array(TICKS_KEPT);
  readonly #now: () => number;
  readonly #timer: ReturnType<typeof setInterval>;
  #ticks = 0;
  #due: number;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#due = now() + TICK_MS;
    this.#timer = setInterval(() => this.tick(), TICK_MS);
    this.#timer.unref();
  }

  /** Notes how late this tick is; called by the timer. */
  tick(): void {
    const now = this.#now();
    this.#lateness[this.#ticks % TICKS_KEPT] = Math.max(0, now - this.#due);
    this.#ticks++;
    this.#due = now + TICK_MS;
  }

  /** In milliseconds, to a hundredth. */
  read(): Lag {
    const sorted = this.#lateness.slice(0, Math.min(this.#ticks, TICKS_KEPT)).sort();
    return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99), max: quantile(sorted, 1) };
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}

function quantile(sorted: Float64Array, q: number): number {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? 0;
  return Math.round(value * 100) / 100;
}
