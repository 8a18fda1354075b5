/**
 * How much of a background process's output goes into the session's log, which is kept for good: all of what a usual
 * program says, and a trickle of one that never stops. What is left out of the log shows as missing numbers; the latest
 * output can be asked for.
 */

/** What may be logged at once, in UTF-16 units. */
export const MAX_LOGGED_BURST = 256 * 1024;
/** What may be logged in a second beyond that: 43 million units a day. */
export const LOGGED_PER_SECOND = 512;

export class LogBudget {
  #left = MAX_LOGGED_BURST;
  #atMs: number;

  constructor(nowMs: number) {
    this.#atMs = nowMs;
  }

  /** Whether so much may be logged now; if so, it is counted. */
  take(length: number, nowMs: number): boolean {
    const earned = Math.max(0, nowMs - this.#atMs) / 1_000 * LOGGED_PER_SECOND;
    this.#left = Math.min(MAX_LOGGED_BURST, this.#left + earned);
    this.#atMs = nowMs;
    if (length > this.#left) return false;
    this.#left -= length;
    return true;
  }
}
