/** `GET /v1/chat/stream` of a fake LMX server: several chats on one WebSocket, named by the server in their first frame. */
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { promptOf } from "./fake_completions.ts";
import type { Run, Sink } from "./fake_run.ts";
import type { Piece } from "./fake_script.ts";

const ClientMessage = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("chat.request"), model: z.string(), messages: z.array(z.unknown()) }),
  z.object({ type: z.literal("chat.cancel"), request_id: z.string() }),
]);

/** Bytes that may wait for the client to read them, before the answers wait too. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What the server does with a request: a run, or an error text in place of one. */
export type BeginRun = (model: string, body: unknown) => Run | string;

/** Serves one socket until it closes, which lets go of its runs. */
export function serveLmxSocket(socket: WebSocket, begin: BeginRun): void {
  const runs = new Map<string, Run>();
  socket.onmessage = ({ data }) => {
    const message = ClientMessage.safeParse(JSON.parse(String(data)));
    if (!message.success) {
      socket.send(JSON.stringify({ type: "chat.error", request_id: null, error: "Invalid message" }));
    } else if (message.data.type === "chat.cancel") {
      cancel(message.data.request_id);
    } else {
      const run = begin(message.data.model, message.data);
      if (typeof run === "string") {
        socket.send(JSON.stringify({ type: "chat.error", request_id: null, error: run }));
      } else answer(run);
    }
  };
  socket.onclose = letGoOfAll;

  function letGoOfAll() {
    for (const run of runs.values()) run.letGo("socket_closed");
    runs.clear();
  }

  async function answer(run: Run) {
    const { requestId } = run.request;
    runs.set(requestId, run);
    await run.prefill();
    const drop = () => {
      runs.delete(requestId);
      socket.close(1011);
      letGoOfAll(); // at once, so that nobody is said to have been sent what went into a closed socket
    };
    await run.answer(new FrameSink(run, socket, drop));
    runs.delete(requestId);
  }

  function cancel(requestId: string) {
    const run = runs.get(requestId);
    if (!run) {
      const error = `Unknown request ${requestId}`;
      return socket.send(JSON.stringify({ type: "chat.error", request_id: requestId, error }));
    }
    runs.delete(requestId);
    run.letGo("cancel_frame");
    const usage = { prompt_tokens: 0, completion_tokens: 0 };
    socket.send(JSON.stringify({ type: "chat.done", request_id: requestId, finish_reason: "cancelled", usage }));
  }
}

class FrameSink implements Sink {
  readonly #run: Run;
  readonly #socket: WebSocket;
  readonly drop: () => void;
  #length = 0;

  constructor(run: Run, socket: WebSocket, drop: () => void) {
    this.#run = run;
    this.#socket = socket;
    this.drop = drop;
  }

  async send(pieces: Piece[]): Promise<void> {
    for (const piece of pieces) this.#send(this.#frameOf(piece));
    while (this.#socket.bufferedAmount > MAX_WAITING_BYTES && !this.#run.gone.aborted) await setImmediate();
  }

  finish(): void {
    const { script, request } = this.#run;
    // As LMX does it on this path: estimated from characters.
    const usage = script.usage
      ? {
        prompt_tokens: Math.floor(promptOf(request.body).length / 4),
        completion_tokens: Math.floor(this.#length / 4),
      }
      : { prompt_tokens: 0, completion_tokens: 0 };
    this.#json({ type: "chat.done", finish_reason: script.finishReason, usage });
  }

  fail(message: string): void {
    this.#json({ type: "chat.error", error: message });
  }

  comment(): void {}

  close(): void {}

  #frameOf(piece: Piece): string {
    const id = this.#run.request.requestId;
    switch (piece.kind) {
      case "raw":
        return piece.text.replaceAll("{{id}}", id);
      case "text":
      case "thinking": // there is no frame for it: the model's tags stand in the text
        this.#length += piece.text.length;
        return `{"type":"chat.token","request_id":"${id}","content":${JSON.stringify(piece.text)}}`;
      case "tool_call": {
        const { index, id: callId, name } = piece;
        const call = { index, id: callId, name, arguments: piece.arguments };
        return JSON.stringify({ type: "chat.tool_call", request_id: id, tool_call: call });
      }
      default:
        return piece satisfies never;
    }
  }

  #json(frame: Record<string, unknown>): void {
    this.#send(JSON.stringify({ ...frame, request_id: this.#run.request.requestId }));
  }

  #send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }
}
