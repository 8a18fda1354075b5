/** Counts failures in a window. It limits failures only: who has the right credentials cannot be locked out by others. */
export class AttemptLimit {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #count = 0;
  #windowEnd = 0;

  /** @param now milliseconds of a monotonic clock */
  constructor(max: number, windowMs: number, now: () => number) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** Notes a failure. Returns 0, or how many milliseconds the caller is to wait because there were too many. */
  fail(): number {
    const now = this.#now();
    if (now >= this.#windowEnd) {
      this.#windowEnd = now + this.#windowMs;
      this.#count = 0;
    }
    this.#count++;
    return this.#count > this.#max ? this.#windowEnd - now : 0;
  }
}
