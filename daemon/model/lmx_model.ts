/**
 * Opta LMX by whichever way works: over its WebSocket, and over SSE when there is none, while it is left alone after it
 * broke (lmx_way.ts), and for a request whose socket gives nothing: that one is asked once more, over SSE, and says so.
 *
 *     request ──► WebSocket ──┬── answer ─────────────────────────────────► as it is
 *        │                    ├── no socket, or closed without a word ──►┐
 *        │                    ├── closed after the first piece ─────────►│ lmx-ws-closed
 *        │                    └── no first piece in time, cancelled ────►│ its own end
 *        └── cooling, missing ──────────────────────────────────────────►└► SSE, whatever comes of it
 *
 * A server that does not begin in time is busy: to ask it twice would make that worse. Nothing is asked again of which a
 * piece has been answered.
 */
import { LMX_TIMES, type LmxTimes } from "./lmx_limits.ts";
import { type LmxWay, nextWay, READY, type WayInput, wayNow } from "./lmx_way.ts";
import { LmxWs, type SocketTrouble } from "./lmx_ws.ts";
import type { Model, ModelPart, ModelRequest } from "./model.ts";
import { OpenAiSse } from "./openai_sse.ts";
import type { ServerPlace } from "./server_place.ts";
import type { ModelTimeouts } from "./timeouts.ts";

/** Why a request goes over SSE. */
export type SseReason = "missing" | "refused" | "broken" | "cooling";

export interface LmxModelOptions {
  place: ServerPlace;
  timeouts: ModelTimeouts;
  /** A request goes over SSE. */
  onFallback?: (reason: SseReason) => void;
  times?: LmxTimes;
  /** Milliseconds of a monotonic clock. */
  now?: () => number;
  random?: () => number;
}

export class LmxModel implements Model, AsyncDisposable {
  readonly provider = "lmx";
  readonly #label: string;
  readonly #socket: LmxWs;
  readonly #sse: OpenAiSse;
  readonly #onFallback: (reason: SseReason) => void;
  readonly #now: () => number;
  readonly #random: () => number;
  #way: LmxWay = READY;

  constructor({ place, timeouts, onFallback = () => {}, times = LMX_TIMES, ...chance }: LmxModelOptions) {
    const { address, baseUrl, apiKey, label } = place;
    this.#label = label;
    this.#socket = new LmxWs({ ...address, apiKey, timeouts, times });
    this.#sse = new OpenAiSse({ provider: this.provider, baseUrl, apiKey, timeouts });
    this.#onFallback = onFallback;
    this.#now = chance.now ?? (() => performance.now());
    this.#random = chance.random ?? Math.random;
  }

  get transport(): string {
    return wayNow(this.#way, this.#now()) === "ws" ? this.#socket.transport : this.#sse.transport;
  }

  /** The server has been asked, and has the socket. */
  socketFound(): void {
    this.#note("found");
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    const way = wayNow(this.#way, this.#now());
    if (way === "ws") {
      let trouble: SocketTrouble | null = null;
      for await (const part of this.#socket.answer(request, signal)) {
        if (part.type === "trouble") {
          trouble = part;
          break;
        }
        if (part.type === "finish" || part.type === "error") this.#note("answered");
        yield part;
      }
      if (trouble) this.#noteTrouble(trouble);
      if (!trouble || signal.aborted) return;
      const reason = sseReason(trouble);
      if (!reason) return yield { type: "error", failure: trouble.failure };
      this.#onFallback(reason);
      yield { type: "fallback", transport: this.#sse.transport, message: this.#announcement(reason) };
    } else {
      this.#onFallback(way);
    }
    yield* this.#sse.stream(request, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket[Symbol.asyncDispose]();
  }

  #noteTrouble({ why }: SocketTrouble): void {
    if (why === "missing") this.#note("missing");
    else if (why !== "given-up" && why !== "forbidden") this.#note("broke");
  }

  #note(input: WayInput): void {
    this.#way = nextWay(this.#way, input, this.#now(), this.#random);
  }

  #announcement(reason: Exclude<SseReason, "cooling">): string {
    const what = {
      missing: "has no WebSocket",
      refused: "gave no WebSocket",
      broken: "closed its WebSocket before it answered",
    }[reason];
    return `The model server at ${this.#label} ${what}: the answer comes over SSE.`;
  }
}

/** Whether SSE may do better; `null` when it would meet the same, or something has been answered. */
function sseReason({ why, begun }: SocketTrouble): Exclude<SseReason, "cooling"> | null {
  if (begun) return null;
  switch (why) {
    case "missing":
    case "refused":
    case "broken":
      return why;
    case "unreachable":
    case "forbidden":
    case "given-up":
      return null;
    default:
      return why satisfies never;
  }
}
