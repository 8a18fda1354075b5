/**
 * The sending side of one WebSocket. `send` of a WebSocket never waits, and what a slow reader does not take piles up in
 * memory: so reading from the log pauses while too much is waiting, and a reader that takes nothing at all for a while
 * is let go; it resumes from its cursor [R5].
 */
import { SLOW_CONSUMER_CODE } from "@opta/protocol";
import { CLOSE_ABOVE_BYTES, DRAIN_POLL_MS, PAUSE_ABOVE_BYTES } from "./limits.ts";

export class Outlet {
  readonly #socket: WebSocket;
  readonly #stallLimitMs: number;
  readonly #onSlow: () => void;
  #draining: Promise<void> | null = null;
  #stopWaiting: () => void = () => {};

  /** @param onSlow the reader is given up; the socket is being closed */
  constructor(socket: WebSocket, stallLimitMs: number, onSlow: () => void) {
    this.#socket = socket;
    this.#stallLimitMs = stallLimitMs;
    this.#onSlow = onSlow;
  }

  get full(): boolean {
    return this.#socket.bufferedAmount > PAUSE_ABOVE_BYTES;
  }

  /** For what is read from the log, after waiting while the outlet is full. */
  send(text: string): void {
    if (this.#isOpen) this.#socket.send(text);
  }

  /** For answers, which cannot wait: a client that acts and never reads is let go. */
  sendNow(text: string): void {
    if (this.#socket.bufferedAmount > CLOSE_ABOVE_BYTES) this.#giveUp();
    else this.send(text);
  }

  /** Resolves when there is room again, or when the socket is no longer open. */
  drained(): Promise<void> {
    this.#draining ??= this.#drain().finally(() => this.#draining = null);
    return this.#draining;
  }

  /** Ends a wait for room. */
  dispose(): void {
    this.#stopWaiting();
  }

  get #isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async #drain(): Promise<void> {
    let least = this.#socket.bufferedAmount;
    let progressAt = performance.now();
    while (this.#isOpen && this.full) {
      await this.#pause();
      const waiting = this.#socket.bufferedAmount;
      if (waiting < least) {
        least = waiting;
        progressAt = performance.now();
      } else if (performance.now() - progressAt >= this.#stallLimitMs) {
        this.#giveUp();
      }
    }
  }

  #pause(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, DRAIN_POLL_MS);
    this.#stopWaiting = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  }

  #giveUp(): void {
    if (!this.#isOpen) return;
    this.#onSlow();
    this.#socket.close(SLOW_CONSUMER_CODE, "slow_consumer");
  }
}
