/**
 * A value that somebody looks at: one domain of what an interface shows, such as the input or the overlay that is open.
 * It has the two functions that `useSyncExternalStore` wants, so that a change of one domain draws nothing of another.
 */
export class Value<T> {
  #value: T;
  readonly #listeners = new Set<() => void>();

  constructor(value: T) {
    this.#value = value;
  }

  readonly get = (): T => this.#value;

  /** Calls the listeners, unless it is the value that there is already. */
  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listener of this.#listeners) listener();
  }

  /** Returns the way to stop it. */
  readonly subscribe = (listener: () => void): () => void => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
}
