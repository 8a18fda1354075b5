/**
 * The life of one request to a model server: it ends when the caller aborts, when the server stalls, or when it is disposed
 * of, and `signal` aborts in each case. It works without the stream being read on, so a reader that just goes away after
 * aborting leaves nothing behind.
 */
import { timedOut } from "./failure.ts";
import type { ModelFailure } from "./model.ts";
import type { ModelTimeouts } from "./timeouts.ts";

export class RequestWatch implements Disposable {
  readonly #ended = new AbortController();
  readonly #server: string;
  readonly #timeouts: ModelTimeouts;
  readonly #caller: AbortSignal;
  readonly #onAbort = () => this.#end();
  #answering = false;
  #heardAtMs = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failure: ModelFailure | null = null;

  constructor(server: string, timeouts: ModelTimeouts, caller: AbortSignal) {
    this.#server = server;
    this.#timeouts = timeouts;
    this.#caller = caller;
    if (caller.aborted) {
      this.#ended.abort();
    } else {
      caller.addEventListener("abort", this.#onAbort, { once: true });
      this.#arm(timeouts.firstTokenMs);
    }
  }

  /** Aborts when nothing more is wanted of the server. */
  get signal(): AbortSignal {
    return this.#ended.signal;
  }

  /** Why the request was given up, if it was given up on this side. */
  get failure(): ModelFailure | null {
    return this.#failure;
  }

  /**
   * Data came that says something. Cheap, for it is called for every token: it only takes the time; the timer looks at it
   * when it fires.
   *
   * @param answering whether it was a piece of the answer, after which the shorter limit holds; what comes before the first
   *   piece lengthens the wait for it by nothing
   */
  heard(answering: boolean): void {
    if (!answering && !this.#answering) return;
    this.#heardAtMs = performance.now();
    if (this.#answering) return;
    this.#answering = true;
    clearTimeout(this.#timer);
    if (!this.#ended.signal.aborted) this.#arm(this.#timeouts.betweenTokensMs);
  }

  /** Gives the request up. */
  fail(failure: ModelFailure): void {
    this.#failure ??= failure;
    this.#end();
  }

  [Symbol.dispose](): void {
    this.#end();
  }

  #arm(afterMs: number): void {
    this.#timer = setTimeout(() => this.#look(), afterMs);
  }

  #look(): void {
    const phase = this.#answering ? "betweenTokensMs" : "firstTokenMs";
    const leftMs = this.#timeouts[phase] - (performance.now() - this.#heardAtMs);
    if (leftMs > 0) this.#arm(leftMs);
    else this.fail(timedOut(this.#server, phase, this.#timeouts));
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#caller.removeEventListener("abort", this.#onAbort);
    this.#ended.abort();
  }
}
