/**
 * Opta LMX over its own WebSocket, and over nothing else: which way a request takes is lmx_model.ts, how requests share
 * sockets is lmx_pool.ts. Here frames become parts.
 */
import { AnswerParts } from "./answer_parts.ts";
import { usagePart } from "./completion_chunk.ts";
import { badResponse, socketClosed, upstreamFailure } from "./failure.ts";
import type { LmxFrame } from "./lmx_frame.ts";
import { LMX_TIMES, type LmxTimes } from "./lmx_limits.ts";
import { LmxPool } from "./lmx_pool.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";
import { closeWebSocket, type LmxServer, openWebSocket, type SocketRefusal } from "./open_web_socket.ts";
import { formatAddress } from "./reach.ts";
import { RequestWatch } from "./request_watch.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

export interface LmxWsOptions extends LmxServer {
  timeouts?: ModelTimeouts;
  times?: LmxTimes;
}

/** In place of the last part: the socket, and not the server's answer, is why there is none. */
export interface SocketTrouble {
  type: "trouble";
  /** `broken`: it closed before the end. `given-up`: on this side, and the socket may be in order. */
  why: SocketRefusal["why"] | "broken" | "given-up";
  /** Something of the answer has come. */
  begun: boolean;
  failure: ModelFailure;
}

/** LMX over WebSocket. Disposing of it closes its sockets, which cancels what is still running. */
export class LmxWs implements Model, AsyncDisposable {
  readonly provider = "lmx";
  readonly transport = "ws";
  readonly #server: string;
  readonly #timeouts: ModelTimeouts;
  readonly #pool: LmxPool;

  constructor({ timeouts = DEFAULT_TIMEOUTS, times = LMX_TIMES, ...server }: LmxWsOptions) {
    this.#server = formatAddress(server);
    this.#timeouts = timeouts;
    this.#pool = new LmxPool(server, timeouts, times);
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    for await (const part of this.answer(request, signal)) {
      yield part.type === "trouble" ? { type: "error", failure: part.failure } : part;
    }
  }

  /** As `stream`, but says what failed when it is not the server's own word. */
  async *answer(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart | SocketTrouble, void> {
    using watch = new RequestWatch(this.#server, this.#timeouts, signal);
    const answer = new AnswerParts();
    for (let isSecond = false;; isSecond = true) {
      const asked = await this.#pool.ask(request, watch.signal, isSecond);
      if (signal.aborted) return;
      if (watch.failure) return yield trouble("given-up", false, watch.failure);
      if (asked === null) return yield trouble("given-up", false, socketClosed(this.#server)); // disposed of
      if ("why" in asked) return yield trouble(asked.why, false, asked.failure);

      let begun = false;
      for await (const frames of asked.frames) {
        begun = true;
        for (const frame of frames) this.#gather(frame, request.model, answer);
        const { saysSomething } = answer;
        const parts = answer.take();
        if (saysSomething) watch.heard(parts.length > 0);
        for (const part of parts) {
          if (signal.aborted) return;
          yield part;
          if (part.type === "finish" || part.type === "error") return;
        }
      }
      if (signal.aborted) return;
      if (watch.failure) {
        asked.distrust();
        return yield trouble("given-up", begun, watch.failure);
      }
      if (asked.overran) return yield trouble("given-up", begun, overran(this.#server));
      // One that was used before may have died long ago. Nothing has been answered: ask again, but not for ever.
      if (!asked.reused || begun || isSecond) return yield trouble("broken", begun, socketClosed(this.#server));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }

  #gather(frame: LmxFrame, model: string, answer: AnswerParts): void {
    switch (frame.type) {
      case "chat.token":
        return answer.content(frame.content);
      case "chat.tool_call": {
        const { index, id, name, arguments: delta } = frame.tool_call;
        return answer.toolCall({ index: index ?? null, id: id || null, name: name || null, arguments: delta ?? "" });
      }
      case "chat.done": {
        if (frame.finish_reason === "cancelled") { // and not by us: who cancels reads no further
          return answer.fail(badResponse(this.#server, "cancelled the answer on its own"));
        }
        const reason = frame.finish_reason || answer.impliedReason;
        if (reason === null) {
          const what = "said that its answer was over before there was a whole one";
          return answer.fail(badResponse(this.#server, what));
        }
        return answer.finish(reason, usagePart(frame.usage, "estimated")); // on this path LMX estimates from characters
      }
      case "chat.error":
        return answer.fail(upstreamFailure(this.#server, model, { message: frame.error }));
      default:
        frame satisfies never;
    }
  }
}

function trouble(why: SocketTrouble["why"], begun: boolean, failure: ModelFailure): SocketTrouble {
  return { type: "trouble", why, begun, failure };
}

function overran(server: string): ModelFailure {
  return badResponse(server, "sent its answer faster than it could be taken");
}

/** Whether the server speaks LMX's WebSocket: it is opened and closed again. `null` when that cannot be told now. */
export async function probeLmxSocket(
  server: LmxServer,
  signal: AbortSignal,
  timeouts: ModelTimeouts = DEFAULT_TIMEOUTS,
): Promise<boolean | null> {
  const socket = await openWebSocket(server, timeouts, signal);
  if (!(socket instanceof WebSocket)) return socket.why === "missing" ? false : null;
  await closeWebSocket(socket);
  return true;
}
