/**
 * A queue between callbacks that push and one reader that iterates; what is pushed is there for the reader in the same turn
 * of the event loop. The reader takes all that has come at once, so that it keeps up with a flood. Bounded: when `capacity`
 * items wait, the queue takes no more, and it is for the pusher to give up the source: a callback cannot be made to wait.
 */
export class AsyncQueue<T> implements AsyncIterable<T[]> {
  readonly #capacity: number;
  #items: T[] = [];
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** @returns whether the item was taken: not when the queue is full or has ended */
  push(item: T): boolean {
    if (this.#ended || this.#items.length >= this.#capacity) return false;
    this.#items.push(item);
    this.#wake?.();
    return true;
  }

  /** No more items come; those in the queue are still read. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** What has come since the last time, in the order of its coming, until the queue has ended. For one reader. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T[]> {
    while (true) {
      while (this.#items.length > 0) {
        const items = this.#items;
        this.#items = [];
        yield items;
      }
      if (this.#ended) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
  }
}
