/** How fast bytes come, over the last seconds: a whole download's mean would tell of the past, the last moment's jumps. */

const WINDOW_MS = 10_000;
/** Below this a rate says nothing. */
const MIN_SPAN_MS = 500;

export class TransferRate {
  #samples: { done: number; atMs: number }[] = [];

  /**
   * @param atMs milliseconds of a monotonic clock
   * @returns bytes a second, or `null` while that cannot be said
   */
  add(done: number, atMs: number): number | null {
    const recent = this.#samples.filter((sample) => atMs - sample.atMs <= WINDOW_MS && sample.done <= done);
    this.#samples = [...recent, { done, atMs }];
    const first = this.#samples[0]!;
    const spanMs = atMs - first.atMs;
    return spanMs < MIN_SPAN_MS ? null : 1_000 * (done - first.done) / spanMs;
  }
}
