/**
 * A value that takes time to find out, kept for a while: looked up at most once at a time however many ask, handed out
 * without waiting while it is fresh, and refreshed in the background while it is stale but still usable.
 *
 *     nothing ──get──► looking up ──► fresh ──freshMs──► stale ──usableMs──► nothing
 *        ▲                  ▲           │                  │
 *        └── forget ────────┼───────────┴──────────────────┤
 *                           └───────── get, in the background
 */

import { unlessAborted } from "./unless_aborted.ts";

/** How long a value is used, in milliseconds since it was found. */
export interface Lifetime {
  /** Handed out as it is. */
  freshMs: number;
  /** Handed out while a new one is looked up; not less than `freshMs`. */
  usableMs: number;
}

export interface SharedLookupOptions<T> {
  /** `signal` aborts when nobody can want the value any more; what is found after that is dropped. */
  find(signal: AbortSignal): Promise<T>;
  lifetime(value: T): Lifetime;
  /** Milliseconds of a monotonic clock. */
  now(): number;
}

export class SharedLookup<T> implements AsyncDisposable {
  readonly #options: SharedLookupOptions<T>;
  readonly #closed = new AbortController();
  #known: { value: T; atMs: number } | null = null;
  #inFlight: Promise<T | null> | null = null;

  constructor(options: SharedLookupOptions<T>) {
    this.#options = options;
  }

  /** What was found last, however old; `null` when there is nothing. */
  get latest(): T | null {
    return this.#known?.value ?? null;
  }

  /**
   * The value, waited for only when there is none to use. A caller that gives up leaves the lookup to the others.
   *
   * @returns `null` when `signal` aborts first, or the lookup is disposed of
   */
  async get(signal: AbortSignal): Promise<T | null> {
    if (this.#known && !this.#closed.signal.aborted) {
      const { value, atMs } = this.#known;
      const { freshMs, usableMs } = this.#options.lifetime(value);
      const ageMs = this.#options.now() - atMs;
      if (ageMs < freshMs) return value;
      if (ageMs < usableMs) {
        this.#join().catch(() => {}); // whoever waits for it gets the error
        return value;
      }
    }
    return await this.refresh(signal);
  }

  /** The value of now: looks it up, or joins the lookup that is under way. `null` as with `get`. */
  async refresh(signal: AbortSignal): Promise<T | null> {
    if (signal.aborted || this.#closed.signal.aborted) return null;
    return await unlessAborted(this.#join(), signal);
  }

  /** The value is known to be wrong: whoever asks next waits for a new one. */
  forget(): void {
    this.#known = null;
  }

  /** Stops the lookup that is under way and waits for it to end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.#inFlight?.catch(() => {}); // it was told to stop
  }

  #join(): Promise<T | null> {
    this.#inFlight ??= this.#find().finally(() => this.#inFlight = null);
    return this.#inFlight;
  }

  async #find(): Promise<T | null> {
    const value = await this.#options.find(this.#closed.signal);
    if (this.#closed.signal.aborted) return null;
    this.#known = { value, atMs: this.#options.now() };
    return value;
  }
}
