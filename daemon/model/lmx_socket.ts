/**
 * One WebSocket to an LMX server, carrying several requests at once.
 *
 * The server names a request in its first frame, not before. So that there is never a doubt whose first frame it is, a
 * socket has at most one request without a name (`#unnamed`): an id not known yet can only be that one's. Ids of cancelled
 * requests are kept until the socket closes, since frames for them may still be on their way and must not be taken for
 * somebody's first.
 *
 *     ask ──► unnamed ──first frame──► named ──chat.done, chat.error──► ended
 *                │                       └──────── cancel: chat.cancel ───┤
 *                ├── cancel, alone on the socket: close the socket ───────┤
 *                └── cancel, beside others: chat.cancel at first frame ───┘
 *
 * A request without a name can be cancelled only by closing the socket, and that would cancel the others as well: beside
 * them it goes on until its first frame, unread. (And while an answer is still awaited, Deno leaves Nagle's algorithm on:
 * within 40 ms of a request nothing more leaves.)
 *
 * While it carries requests, a socket says something now and then, for the server closes those that it has long heard
 * nothing from: it cancels a request that nobody has made, and does not listen to what comes back.
 */
import { AsyncQueue } from "./async_queue.ts";
import { type LmxFrame, parseLmxFrame } from "./lmx_frame.ts";
import { MAX_CANCELLED_IDS, MAX_REQUESTS_PER_SOCKET, MAX_WAITING_FRAMES } from "./lmx_limits.ts";
import type { ModelRequest } from "./model.ts";
import { openAiRequest } from "./openai_request.ts";
import { closeWebSocket } from "./open_web_socket.ts";

/** Names no request: those of the server begin with `chatcmpl-`. */
const KEEP_ALIVE_ID = "opta-keep-alive";

/** One request on a socket. It is cancelled by the signal that it was asked with. */
export interface LmxExchange {
  /** In batches, as they come, to `chat.done` or `chat.error`; without those, the socket closed or it was cancelled. */
  readonly frames: AsyncIterable<LmxFrame[]>;
  /** The socket had carried a request before; such a one may have died without a sign, as while the machine slept. */
  readonly reused: boolean;
  /** It was cancelled because its frames were not taken. */
  readonly overran: boolean;
  /** Its answer stalled: when nothing else came meanwhile, the socket may be dead, and nothing more is asked on it. */
  distrust(): void;
}

export interface LmxSocketOptions {
  /** Busy and without a word from us for so long, it says something. */
  keepAliveMs: number;
  /** For how long it is kept when it carries nothing; asked when that begins. */
  idleMs: (socket: LmxSocket) => number;
  /** Called when it may take a request again, and when it has closed. */
  onChange: (socket: LmxSocket) => void;
}

export class LmxSocket {
  readonly #socket: WebSocket;
  readonly #options: LmxSocketOptions;
  #unnamed: Exchange | null = null;
  readonly #named = new Map<string, Exchange>();
  readonly #cancelledIds = new Set<string>();
  #isUsed = false;
  #isTrusted = true;
  #receivedCount = 0;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** By the wall clock, which goes on while the machine sleeps. */
  #idleUntilMs = Infinity;
  #keepAliveTimer: ReturnType<typeof setTimeout> | undefined;
  #awaitsKeepAlive = false;

  /** @param socket open */
  constructor(socket: WebSocket, options: LmxSocketOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#receive(data);
    };
    socket.onclose = () => this.#onClose();
    this.#settle();
  }

  /** Not when it has outlived its idle time either: the machine may have slept, and the server be long gone. */
  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN && (this.load > 0 || Date.now() < this.#idleUntilMs);
  }

  get isClosed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  /** Requests whose answer is still awaited or on its way. */
  get load(): number {
    return this.#named.size + (this.#unnamed ? 1 : 0);
  }

  /** When the request was sent whose first frame keeps others off this socket; `null` when that is not what does. */
  get unnamedSinceMs(): number | null {
    return this.isTrusted && this.#unnamed ? this.#unnamed.askedAtMs : null;
  }

  /** It has carried a request before. */
  get isUsed(): boolean {
    return this.#isUsed;
  }

  /** Nothing speaks against asking on it, now or in a moment. */
  get isTrusted(): boolean {
    return this.#isTrusted && this.#cancelledIds.size < MAX_CANCELLED_IDS;
  }

  get takesRequest(): boolean {
    return this.isOpen && this.isTrusted && this.#unnamed === null && this.load < MAX_REQUESTS_PER_SOCKET;
  }

  /** Sends a request; `takesRequest` must hold. It is cancelled at the server when `signal` aborts. */
  ask(request: ModelRequest, signal: AbortSignal): LmxExchange {
    const exchange = new Exchange(this.#isUsed, this.#receivedCount, () => this.#distrust(exchange));
    this.#isUsed = true;
    this.#unnamed = exchange;
    clearTimeout(this.#idleTimer);
    this.#idleUntilMs = Infinity;
    this.#awaitsKeepAlive = false; // or an error of this request would be taken for what comes back of it
    this.#send({ type: "chat.request", ...openAiRequest(request), stream: true });
    signal.addEventListener("abort", () => this.#cancel(exchange), { once: true });
    return exchange;
  }

  /** Closes the socket, which cancels its requests. */
  async close(): Promise<void> {
    await closeWebSocket(this.#socket);
    this.#clearTimers();
  }

  #receive(text: string): void {
    this.#receivedCount++;
    const frame = parseLmxFrame(text);
    if (!frame || this.#isOfKeepAlive(frame)) return;
    const exchange = this.#whose(frame);
    if (!exchange) return;
    exchange.receivedCount = this.#receivedCount;
    if (!exchange.frames.push(frame)) {
      exchange.overran = true;
      return this.#cancel(exchange);
    }
    if (!isLast(frame)) return;
    exchange.end();
    if (exchange === this.#unnamed) this.#unnamed = null;
    else if (exchange.id !== null) {
      this.#named.delete(exchange.id);
      if (frame.type === "chat.error") this.#cancelledIds.add(exchange.id); // its `chat.done` may still come
    }
    this.#changed();
  }

  /** A server that does not know a request may say so without repeating its id. */
  #isOfKeepAlive({ type, request_id: id }: LmxFrame): boolean {
    const isAnswer = id === KEEP_ALIVE_ID || (type === "chat.error" && !id && this.#awaitsKeepAlive);
    if (isAnswer) this.#awaitsKeepAlive = false;
    return isAnswer;
  }

  /** The request that a frame belongs to; `null` when nobody waits for it. */
  #whose(frame: LmxFrame): Exchange | null {
    const id = frame.request_id ?? null; // without one it is an error, of a request that got no further
    const named = id === null ? undefined : this.#named.get(id);
    const unnamed = this.#unnamed;
    if (named || !unnamed || (id !== null && this.#cancelledIds.has(id))) return named ?? null;

    if (id !== null) this.#name(unnamed, id, isLast(frame));
    else if (unnamed.ended) this.#unnamed = null;
    this.#changed();
    return unnamed.ended ? null : unnamed;
  }

  /** The first frame of a request has come, and with it the chance to cancel it by name. */
  #name(exchange: Exchange, id: string, isOver: boolean): void {
    this.#unnamed = null;
    exchange.id = id;
    if (!exchange.ended) {
      this.#named.set(id, exchange);
      return;
    }
    this.#cancelledIds.add(id);
    if (!isOver) this.#send({ type: "chat.cancel", request_id: id });
  }

  #cancel(exchange: Exchange): void {
    if (exchange.ended) return;
    exchange.end();
    if (exchange.id !== null) {
      this.#named.delete(exchange.id);
      this.#cancelledIds.add(exchange.id);
      this.#send({ type: "chat.cancel", request_id: exchange.id });
    }
    this.#changed();
  }

  #distrust({ receivedCount }: Exchange): void {
    if (receivedCount < this.#receivedCount) return; // it carries other answers: it is the server that is slow
    this.#isTrusted = false;
    this.#changed();
  }

  #changed(): void {
    this.#settle();
    this.#options.onChange(this);
  }

  /** What follows from a change: a socket with nothing but a cancelled request, or of no more use, is closed. */
  #settle(): void {
    const idle = this.load === 0;
    const onlyCancelled = this.#named.size === 0 && this.#unnamed?.ended;
    if (onlyCancelled || (idle && !this.isTrusted)) this.#socket.close();
    if (!idle && this.isOpen) return;
    this.#clearTimers();
    if (!this.isOpen) return;
    const idleMs = this.#options.idleMs(this);
    this.#idleUntilMs = Date.now() + idleMs;
    this.#idleTimer = setTimeout(() => this.#socket.close(), idleMs);
  }

  #onClose(): void {
    this.#unnamed?.end();
    for (const exchange of this.#named.values()) exchange.end();
    this.#unnamed = null;
    this.#named.clear();
    this.#changed();
  }

  #send(message: Record<string, unknown>): void {
    if (!this.isOpen) return;
    this.#socket.send(JSON.stringify(message));
    clearTimeout(this.#keepAliveTimer);
    if (this.load > 0) this.#keepAliveTimer = setTimeout(() => this.#keepAlive(), this.#options.keepAliveMs);
  }

  #keepAlive(): void {
    this.#awaitsKeepAlive = true;
    this.#send({ type: "chat.cancel", request_id: KEEP_ALIVE_ID });
  }

  #clearTimers(): void {
    clearTimeout(this.#idleTimer);
    clearTimeout(this.#keepAliveTimer);
  }
}

class Exchange implements LmxExchange {
  readonly frames = new AsyncQueue<LmxFrame>(MAX_WAITING_FRAMES);
  readonly reused: boolean;
  readonly distrust: () => void;
  readonly askedAtMs = performance.now();
  id: string | null = null;
  /** How much its socket had received when it last received something, or was asked. */
  receivedCount: number;
  ended = false;
  overran = false;

  constructor(reused: boolean, receivedCount: number, distrust: () => void) {
    this.reused = reused;
    this.receivedCount = receivedCount;
    this.distrust = distrust;
  }

  end(): void {
    this.ended = true;
    this.frames.end();
  }
}

function isLast(frame: LmxFrame): boolean {
  return frame.type === "chat.done" || frame.type === "chat.error";
}
