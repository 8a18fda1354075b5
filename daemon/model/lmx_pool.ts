/**
 * The sockets to one LMX server. A request gets a socket of its own while there is room, so that it waits for nobody's
 * prefill and can be cancelled before it has a name; when all are in use it shares one, and it waits only when each of them
 * has a request whose first frame is still to come.
 */
import { type LmxExchange, LmxSocket } from "./lmx_socket.ts";
import type { ModelFailure, ModelRequest } from "./model.ts";
import { type LmxServer, openWebSocket } from "./open_web_socket.ts";
import type { ModelTimeouts } from "./timeouts.ts";

/** More prefills at once than this wait for each other in any model server for one machine. */
const MAX_SOCKETS = 16;

export class LmxPool implements AsyncDisposable {
  readonly #server: LmxServer;
  readonly #timeouts: ModelTimeouts;
  readonly #sockets = new Set<LmxSocket>();
  readonly #disposed = new AbortController();
  #opening = 0;
  #change = Promise.withResolvers<void>();

  constructor(server: LmxServer, timeouts: ModelTimeouts) {
    this.#server = server;
    this.#timeouts = timeouts;
  }

  /** Sends a request; it is cancelled when `signal` aborts. `null` when that happened before it was sent. */
  async ask(request: ModelRequest, signal: AbortSignal): Promise<LmxExchange | ModelFailure | null> {
    const wanted = AbortSignal.any([signal, this.#disposed.signal]);
    while (!wanted.aborted) {
      const socket = this.#pick();
      if (socket) return socket.ask(request, signal);
      if (this.#hasRoom) {
        const failure = await this.#open(wanted);
        if (failure && !wanted.aborted) return failure;
      } else {
        await this.#changed(wanted);
      }
    }
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    await Promise.all([...this.#sockets].map((socket) => socket.close()));
  }

  get #hasRoom(): boolean {
    return [...this.#sockets].filter((socket) => socket.isOpen).length + this.#opening < MAX_SOCKETS;
  }

  #pick(): LmxSocket | undefined {
    const ready = [...this.#sockets].filter((socket) => socket.takesRequest);
    const leastLoaded = ready.toSorted((a, b) => a.load - b.load)[0];
    return leastLoaded && (leastLoaded.load === 0 || !this.#hasRoom) ? leastLoaded : undefined;
  }

  async #open(signal: AbortSignal): Promise<ModelFailure | null> {
    this.#opening++;
    const socket = await openWebSocket(this.#server, this.#timeouts, signal);
    this.#opening--;
    this.#wakeWaiting();
    if (!(socket instanceof WebSocket)) return socket;
    const opened = new LmxSocket(socket, () => {
      if (opened.isClosed) this.#sockets.delete(opened);
      this.#wakeWaiting();
    });
    this.#sockets.add(opened);
    return null;
  }

  #wakeWaiting(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  async #changed(signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<void>();
    const onAbort = () => aborted.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await Promise.race([this.#change.promise, aborted.promise]);
    signal.removeEventListener("abort", onAbort);
  }
}
