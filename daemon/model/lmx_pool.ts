/**
 * The sockets to one LMX server. Requests share one: a server then has one connection to keep for each daemon. Beside it
 * there are spare ones for a while, because a socket takes no request while another on it waits for its first frame
 * (lmx_socket.ts), and because a long prompt had better have a socket to itself.
 *
 *     request ── the shared socket, or a spare one, takes it ──────────────────► sent
 *        │
 *        ├── none is open ── opens the shared one; who comes meanwhile joins ──► sent
 *        ├── each waits for a first frame ─ after a moment opens a spare one ──► sent
 *        └── and no more may be opened ── waits for one of them ───────────────► sent
 */
import { LMX_TIMES, type LmxTimes, LONG_PROMPT_LENGTH, MAX_SOCKETS } from "./lmx_limits.ts";
import { type LmxExchange, LmxSocket } from "./lmx_socket.ts";
import type { ModelRequest } from "./model.ts";
import { type LmxServer, openWebSocket, type SocketRefusal } from "./open_web_socket.ts";
import type { ModelTimeouts } from "./timeouts.ts";
import { unlessAborted } from "./unless_aborted.ts";

export class LmxPool implements AsyncDisposable {
  readonly #server: LmxServer;
  readonly #timeouts: ModelTimeouts;
  readonly #times: LmxTimes;
  /** The oldest one that can be used is the shared one. */
  readonly #sockets = new Set<LmxSocket>();
  readonly #openings = new Set<Promise<SocketRefusal | null>>();
  readonly #disposed = new AbortController();
  #change = Promise.withResolvers<void>();

  constructor(server: LmxServer, timeouts: ModelTimeouts, times: LmxTimes = LMX_TIMES) {
    this.#server = server;
    this.#timeouts = timeouts;
    this.#times = times;
  }

  /**
   * Sends a request; it is cancelled when `signal` aborts. `null` when that happened before it was sent.
   *
   * @param fresh only on a socket that has never been used
   */
  async ask(request: ModelRequest, signal: AbortSignal, fresh: boolean): Promise<LmxExchange | SocketRefusal | null> {
    const wanted = AbortSignal.any([signal, this.#disposed.signal]);
    const alone = fresh || promptLength(request) >= LONG_PROMPT_LENGTH;
    let refusal: SocketRefusal | null = null;
    while (!wanted.aborted) {
      const socket = this.#pick(alone && refusal === null && this.#hasRoom, fresh);
      if (socket) return socket.ask(request, signal);
      if (refusal && (fresh || !this.#isConnected)) return refusal;
      if (!this.#isConnected) {
        const [opening = this.#open()] = this.#openings;
        refusal = await unlessAborted(opening, wanted);
        continue;
      }
      const mayOpen = refusal === null && this.#hasRoom; // a spare one that cannot be had is no failure
      const waitMs = !mayOpen ? Infinity : alone ? 0 : this.#patienceMs();
      if (waitMs > 0) await this.#changed(wanted, waitMs);
      else refusal = await unlessAborted(this.#open(), wanted);
    }
    return null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed.abort();
    await Promise.all(this.#openings);
    await Promise.all([...this.#sockets].map((socket) => socket.close()));
  }

  get #isConnected(): boolean {
    return this.#sockets.values().some((socket) => socket.isOpen);
  }

  get #hasRoom(): boolean {
    return this.#sockets.values().filter((socket) => socket.isOpen).toArray().length + this.#openings.size <
      MAX_SOCKETS;
  }

  /** For how long a request had better wait for a socket that is there, or about to be, than open one more. */
  #patienceMs(): number {
    if (this.#openings.size > 0) return Infinity;
    const askedAtMs = this.#sockets.values().map((socket) => socket.unnamedSinceMs ?? -Infinity);
    return Math.max(...askedAtMs) + this.#times.firstFrameMs - performance.now();
  }

  #pick(alone: boolean, fresh: boolean): LmxSocket | undefined {
    return this.#sockets.values().find((socket) =>
      socket.takesRequest && (!alone || socket.load === 0) && (!fresh || !socket.isUsed)
    );
  }

  #open(): Promise<SocketRefusal | null> {
    const opening = this.#connect().finally(() => {
      this.#openings.delete(opening);
      this.#wakeWaiting();
    });
    this.#openings.add(opening);
    return opening;
  }

  /** Not ended by the request that asked for it: others may have joined. */
  async #connect(): Promise<SocketRefusal | null> {
    const socket = await openWebSocket(this.#server, this.#timeouts, this.#disposed.signal);
    if (!(socket instanceof WebSocket)) return socket;
    const opened = new LmxSocket(socket, {
      keepAliveMs: this.#times.keepAliveMs,
      idleMs: (socket) => this.#isSpare(socket) ? this.#times.spareIdleMs : this.#times.idleMs,
      onChange: (socket) => {
        if (socket.isClosed) this.#sockets.delete(socket);
        this.#wakeWaiting();
      },
    });
    this.#sockets.add(opened);
    return null;
  }

  #isSpare(socket: LmxSocket): boolean {
    const shared = this.#sockets.values().find((socket) => socket.isOpen && socket.isTrusted);
    return shared !== undefined && shared !== socket;
  }

  #wakeWaiting(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** Resolves when a socket has changed, after `limitMs`, and when `signal` aborts. */
  async #changed(signal: AbortSignal, limitMs: number): Promise<void> {
    const timeUp = Promise.withResolvers<void>();
    const timer = limitMs === Infinity ? undefined : setTimeout(timeUp.resolve, limitMs);
    await unlessAborted(Promise.race([this.#change.promise, timeUp.promise]), signal);
    clearTimeout(timer);
  }
}

function promptLength({ messages }: ModelRequest): number {
  return messages.reduce((length, { content }) => length + content.length, 0);
}
