/**
 * The sending side of one WebSocket. `send` of a WebSocket never waits, and what a slow reader does not take piles up in
 * memory: so reading from the log pauses while too much is waiting, and a reader that takes nothing at all for a while
 * is let go; it resumes from its cursor [R5].
 */
import { SLOW_CONSUMER_CODE } from "@opta/protocol";
import { setImmediate } from "node:timers/promises";
import { DRAIN_POLL_MS, PAUSE_ABOVE_BYTES, TURNS_BEFORE_TIMER } from "./limits.ts";

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

  /** To be called when it is not full; what is sent when it is no longer open is dropped. */
  send(text: string): void {
    if (this.#isOpen) this.#socket.send(text);
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

  /** A socket that flows is waited for turn by turn of the event loop, for a timer would hold it up; one that stands, by timer. */
  async #drain(): Promise<void> {
    let least = Infinity;
    let progressAt = 0;
    let idleTurns = 0;
    while (this.#isOpen && this.full) {
      const waiting = this.#socket.bufferedAmount;
      if (waiting < least) {
        least = waiting;
        progressAt = performance.now();
        idleTurns = 0;
      }
      if (idleTurns++ < TURNS_BEFORE_TIMER) await setImmediate();
      else if (performance.now() - progressAt < this.#stallLimitMs) await this.#pause();
      else this.#giveUp();
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
