/** Places for turns that run at the same time, given out in the order of asking [S1]. */
export class Slots {
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** Resolves with the way to give the place back, or with `null` when `signal` aborts first. */
  async take(signal: AbortSignal): Promise<(() => void) | null> {
    if (signal.aborted) return null;
    if (this.#free > 0) {
      this.#free--;
      return () => this.#giveBack();
    }
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const admit = () => resolve(true);
    const leave = () => resolve(!this.#waiting.delete(admit)); // given the place at this very moment: keep it
    this.#waiting.add(admit);
    signal.addEventListener("abort", leave, { once: true });
    const admitted = await promise;
    signal.removeEventListener("abort", leave);
    return admitted ? () => this.#giveBack() : null;
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (!next) {
      this.#free++;
      return;
    }
    this.#waiting.delete(next);
    next(); // the place goes over without becoming free
  }
}
