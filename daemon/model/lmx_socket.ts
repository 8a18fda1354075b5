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
 * A request without a name can be cancelled only by closing the socket, and that would cancel the others as well; so who
 * asks prefers a socket that carries nothing (lmx_pool.ts), and cancelling takes effect at once. (Nearly: Deno leaves
 * Nagle's algorithm on, so that within 40 ms of an unanswered request nothing more leaves.)
 */
import { AsyncQueue } from "./async_queue.ts";
import { type LmxFrame, parseLmxFrame } from "./lmx_frame.ts";
import type { ModelRequest } from "./model.ts";
import { openAiRequest } from "./openai_request.ts";
import { closeWebSocket } from "./open_web_socket.ts";

/** Frames read and not yet taken: the reader takes them at once, unless the process is stuck, and then memory is at stake. */
const MAX_WAITING_FRAMES = 65_536;
/** Ids of cancelled requests kept in mind; a socket that has so many is replaced. */
const MAX_CANCELLED_IDS = 256;
/** An unused socket is kept for the next turn, and closed well before the server would do it (300 s). */
const IDLE_CLOSE_MS = 60_000;

/** One request on a socket. It is cancelled by the signal that it was asked with. */
export interface LmxExchange {
  /** In batches, as they come, to `chat.done` or `chat.error`; without those, the socket closed or it was cancelled. */
  readonly frames: AsyncIterable<LmxFrame[]>;
  /** The socket had carried a request before; such a one may have died without a sign, as while the machine slept. */
  readonly reused: boolean;
  /** It was cancelled because its frames were not taken. */
  readonly overran: boolean;
  /** The server stalled: whether its socket is dead cannot be told, so nothing more is asked on it. */
  distrust(): void;
}

export class LmxSocket {
  readonly #socket: WebSocket;
  readonly #onChange: () => void;
  #unnamed: Exchange | null = null;
  readonly #named = new Map<string, Exchange>();
  readonly #cancelledIds = new Set<string>();
  #used = false;
  #distrusted = false;
  #idleTimer: ReturnType<typeof setTimeout> | undefined;
  /** By the wall clock, which goes on while the machine sleeps. */
  #idleSinceMs = Date.now();

  /**
   * @param socket open
   * @param onChange called when the socket may take a request again, and when it has closed
   */
  constructor(socket: WebSocket, onChange: () => void) {
    this.#socket = socket;
    this.#onChange = onChange;
    socket.onmessage = ({ data }) => {
      if (typeof data === "string") this.#receive(data);
    };
    socket.onclose = () => this.#onClose();
    this.#settle();
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get isClosed(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  /** Requests whose answer is still awaited or on its way. */
  get load(): number {
    return this.#named.size + (this.#unnamed ? 1 : 0);
  }

  get takesRequest(): boolean {
    return this.isOpen && this.#unnamed === null && !this.#distrusted && this.#cancelledIds.size < MAX_CANCELLED_IDS &&
      (this.load > 0 || Date.now() - this.#idleSinceMs < IDLE_CLOSE_MS);
  }

  /** Sends a request; `takesRequest` must hold. It is cancelled at the server when `signal` aborts. */
  ask(request: ModelRequest, signal: AbortSignal): LmxExchange {
    const exchange = new Exchange(this.#used, () => {
      this.#distrusted = true;
      this.#changed();
    });
    this.#used = true;
    this.#unnamed = exchange;
    clearTimeout(this.#idleTimer);
    this.#send({ type: "chat.request", ...openAiRequest(request), stream: true });
    signal.addEventListener("abort", () => this.#cancel(exchange), { once: true });
    return exchange;
  }

  /** Closes the socket, which cancels its requests. */
  async close(): Promise<void> {
    await closeWebSocket(this.#socket);
    clearTimeout(this.#idleTimer);
  }

  #receive(text: string): void {
    const frame = parseLmxFrame(text);
    const exchange = frame && this.#whose(frame);
    if (!exchange) return;
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

  #changed(): void {
    this.#settle();
    this.#onChange();
  }

  /** What follows from a change: a socket with nothing but a cancelled request, or of no more use, is closed. */
  #settle(): void {
    const idle = this.load === 0;
    const onlyCancelled = this.#named.size === 0 && this.#unnamed?.ended;
    if (onlyCancelled || (idle && this.#distrusted)) this.#socket.close();
    clearTimeout(this.#idleTimer);
    if (idle && this.isOpen) {
      this.#idleSinceMs = Date.now();
      this.#idleTimer = setTimeout(() => this.#socket.close(), IDLE_CLOSE_MS);
    }
  }

  #onClose(): void {
    this.#unnamed?.end();
    for (const exchange of this.#named.values()) exchange.end();
    this.#unnamed = null;
    this.#named.clear();
    this.#changed();
  }

  #send(message: Record<string, unknown>): void {
    if (this.isOpen) this.#socket.send(JSON.stringify(message));
  }
}

class Exchange implements LmxExchange {
  readonly frames = new AsyncQueue<LmxFrame>(MAX_WAITING_FRAMES);
  readonly reused: boolean;
  readonly distrust: () => void;
  id: string | null = null;
  ended = false;
  overran = false;

  constructor(reused: boolean, distrust: () => void) {
    this.reused = reused;
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
