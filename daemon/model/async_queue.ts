/**
 * A queue between callbacks that push and one reader that iterates; what is pushed is there for the reader in the same turn
 * of the event loop. Bounded: when the reader is `capacity` items behind, the queue takes no more, and it is for the pusher
 * to give up the source, since a callback cannot be made to wait.
 */
export class AsyncQueue<T> implements AsyncIterable<T> {
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

  /** Items in the order of their coming, until the queue has ended. For one reader. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    while (true) {
      const items = this.#items;
      this.#items = [];
      for (const item of items) yield item;
      if (this.#items.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => this.#wake = resolve);
      this.#wake = null;
    }
  }
}
