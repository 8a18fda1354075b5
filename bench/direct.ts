/**
 * The floor: a client on the model server itself, without any daemon. It reads what the transport brings, parses the JSON
 * of each piece and does nothing else.
 */
import { FAKE_MODEL, type FakeModel } from "../tests/support/mod.ts";

/** Called with each piece of text as soon as it is parsed. */
export type OnText = (text: string) => void;

/** Asks for one answer and resolves at its end; an aborted one ends early. */
export type Ask = (model: FakeModel, onText: OnText, signal?: AbortSignal) => Promise<void>;

const request = { model: FAKE_MODEL, messages: [{ role: "user", content: "go" }], stream: true };

/** The body of a request for a streamed answer. */
export const chatRequest: string = JSON.stringify(request);

/** Over `POST /v1/chat/completions`. */
export const askOverSse: Ask = async (model, onText, signal) => {
  const headers = { "content-type": "application/json" };
  const decoder = new TextDecoder();
  const reader = new EventReader(onText);
  try {
    const init: RequestInit = { method: "POST", headers, body: chatRequest, signal };
    const response = await fetch(`${model.url}/v1/chat/completions`, init);
    for await (const bytes of response.body ?? []) reader.read(decoder.decode(bytes, { stream: true }));
  } catch (error) {
    if (!signal?.aborted) throw error;
  }
};

/** Over the WebSocket of LMX; opening the socket is part of it. */
export const askOverWs: Ask = async (model, onText, signal) => {
  const socket = new WebSocket(`${model.url.replace("http", "ws")}/v1/chat/stream`);
  const closed = new Promise((resolve) => socket.onclose = resolve);
  let requestId = "";
  socket.onopen = () => socket.send(JSON.stringify({ type: "chat.request", ...request }));
  socket.onmessage = ({ data }) => {
    const frame = JSON.parse(data) as { type: string; request_id: string; content?: string };
    requestId = frame.request_id;
    if (frame.type === "chat.token" && frame.content) onText(frame.content);
    else if (frame.type === "chat.done" || frame.type === "chat.error") socket.close();
  };
  signal?.addEventListener("abort", () => socket.send(JSON.stringify({ type: "chat.cancel", request_id: requestId })));
  await closed;
};

/** Server-sent events of a completion, in pieces as they come; as plain as the fake server's own events allow. */
export class EventReader {
  readonly #onText: OnText;
  #held = "";

  constructor(onText: OnText) {
    this.#onText = onText;
  }

  read(text: string): void {
    const events = (this.#held + text).split("\n\n");
    this.#held = events.pop() ?? "";
    for (const event of events) this.#event(event.slice("data: ".length));
  }

  #event(data: string): void {
    if (data === "[DONE]") return;
    const chunk = JSON.parse(data) as { choices: { delta: { content?: string } }[] };
    const text = chunk.choices[0]?.delta.content;
    if (text) this.#onText(text);
  }
}
