/** Opta LMX over its own WebSocket. How requests share sockets is lmx_pool.ts; here frames become parts. */
import { AnswerParts } from "./answer_parts.ts";
import { badResponse, socketClosed, upstreamFailure } from "./failure.ts";
import type { LmxFrame } from "./lmx_frame.ts";
import { LmxPool } from "./lmx_pool.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";
import { closeWebSocket, type LmxServer, openWebSocket } from "./open_web_socket.ts";
import { formatAddress } from "./reach.ts";
import { RequestWatch } from "./request_watch.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

export interface LmxWsOptions extends LmxServer {
  timeouts?: ModelTimeouts;
}

/** LMX over WebSocket. Disposing of it closes its sockets, which cancels what is still running. */
export class LmxWs implements Model, AsyncDisposable {
  readonly provider = "lmx";
  readonly transport = "ws";
  readonly #server: string;
  readonly #timeouts: ModelTimeouts;
  readonly #pool: LmxPool;

  constructor({ timeouts = DEFAULT_TIMEOUTS, ...server }: LmxWsOptions) {
    this.#server = formatAddress(server);
    this.#timeouts = timeouts;
    this.#pool = new LmxPool(server, timeouts);
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    using watch = new RequestWatch(this.#server, this.#timeouts, signal);
    const answer = new AnswerParts();
    let failure: ModelFailure | null = null;
    while (failure === null) {
      const asked = await this.#pool.ask(request, watch.signal);
      if (signal.aborted) return;
      if (asked === null || "code" in asked) {
        failure = watch.failure ?? asked ?? socketClosed(this.#server);
        break;
      }
      let heard = false;
      for await (const frames of asked.frames) {
        heard = true;
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
      if (watch.failure) asked.distrust();
      else if (asked.reused && !heard) continue; // the socket was dead before: nothing has been answered, so ask again
      failure = watch.failure ?? (asked.overran ? overran(this.#server) : socketClosed(this.#server));
    }
    yield { type: "error", failure };
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
        return answer.finish(reason, usageOf(frame));
      }
      case "chat.error":
        return answer.fail(upstreamFailure(this.#server, model, { message: frame.error }));
      default:
        frame satisfies never;
    }
  }
}

function overran(server: string): ModelFailure {
  return badResponse(server, "sent its answer faster than it could be taken");
}

/** On this path the server estimates from characters, and says zero when it does not know. */
function usageOf({ usage }: Extract<LmxFrame, { type: "chat.done" }>): Extract<ModelPart, { type: "usage" }> | null {
  const promptTokens = usage?.prompt_tokens ?? 0;
  const completionTokens = usage?.completion_tokens ?? 0;
  return promptTokens + completionTokens > 0
    ? { type: "usage", promptTokens, completionTokens, source: "estimated" }
    : null;
}

/** Whether the server speaks LMX's WebSocket: it is opened and closed again. */
export async function probeLmxSocket(
  host: string,
  port: number,
  apiKey: string | null,
  signal: AbortSignal,
): Promise<boolean> {
  const socket = await openWebSocket({ host, port, apiKey }, DEFAULT_TIMEOUTS, signal);
  if (!(socket instanceof WebSocket)) return false;
  await closeWebSocket(socket);
  return true;
}
