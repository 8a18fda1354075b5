/**
 * Reads the body of an answer of the Messages API, bytes in, model parts out; pure apart from the bytes.
 *
 *     message_start ─► content_block_start ─► content_block_delta … ─► content_block_stop … ─► message_delta ─► message_stop
 *
 * Only `message_stop` ends an answer: a stream that ends before it was cut off, and an `error` is a failure wherever it stands.
 */
import { createParser } from "eventsource-parser";
import { AnswerParts } from "./answer_parts.ts";
import { type AnthropicEvent, type AnthropicUsage, parseAnthropicEvent } from "./anthropic_event.ts";
import { anthropicBroke, anthropicFailure } from "./anthropic_failure.ts";
import { parseJson } from "./completion_chunk.ts";
import type { Upstream } from "./completion_stream.ts";
import type { ModelFailure, ModelPart } from "./model.ts";

/** Longest event, in UTF-16 units: far more than an answer, far less than the memory. */
const MAX_EVENT_LENGTH = 16 * 1024 * 1024;

/**
 * Yields one batch for each read that held data; it is empty when the data said nothing of the answer, and there is none for
 * pings, which come also when nothing else does. The last batch ends in `finish` or `error`. What `bytes` throws is passed on.
 */
export async function* parseAnthropicStream(
  bytes: AsyncIterable<Uint8Array>,
  upstream: Upstream,
): AsyncGenerator<ModelPart[]> {
  const reader = new MessageReader(upstream);
  for await (const chunk of bytes) {
    if (reader.feed(chunk)) yield reader.take();
    if (reader.ended) return;
  }
  reader.end();
  yield reader.take();
}

class MessageReader {
  readonly #upstream: Upstream;
  readonly #decoder = new TextDecoder();
  readonly #answer = new AnswerParts();
  readonly #events = createParser({
    maxBufferSize: MAX_EVENT_LENGTH,
    onEvent: ({ data }) => this.#data(data),
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") this.#break("sent an event without end");
    },
  });
  #usage: AnthropicUsage = {};
  #stopReason: string | null = null;
  #heardData = false;
  #ended = false;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** The last part has been gathered. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @returns whether the bytes held data */
  feed(bytes: Uint8Array): boolean {
    this.#heardData = false;
    this.#events.feed(this.#decoder.decode(bytes, { stream: true }));
    return this.#heardData || this.#ended;
  }

  take(): ModelPart[] {
    return this.#answer.take();
  }

  /** The body is over. */
  end(): void {
    this.#events.feed(this.#decoder.decode() + "\n\n"); // an event whose closing blank line never came
    this.#break("broke off in the middle of its answer");
  }

  #data(data: string): void {
    if (this.#ended) return;
    const event = parseAnthropicEvent(parseJson(data));
    this.#heardData ||= event?.type !== "ping";
    if (event) this.#event(event);
    else this.#break("sent something that is no event of the Messages API");
  }

  #event(event: AnthropicEvent): void {
    switch (event.type) {
      case "message_start":
        return this.#count(event.message.usage);
      case "content_block_start":
        return this.#begin(event);
      case "content_block_delta":
        return this.#grow(event);
      case "message_delta":
        this.#stopReason = event.delta.stop_reason ?? this.#stopReason;
        return this.#count(event.usage);
      case "message_stop":
        return this.#finish();
      case "error": {
        const { type, message } = event.error;
        const { server, model } = this.#upstream;
        return this.#fail(anthropicFailure(server, model, { message: message ?? "", type: type ?? null }));
      }
      case "ping":
      case "other":
        return;
      default:
        return event satisfies never;
    }
  }

  #begin({ index, content_block: block }: Extract<AnthropicEvent, { type: "content_block_start" }>): void {
    if (block.type === "text") this.#answer.text(block.text ?? "");
    if (block.type === "thinking") this.#answer.thinking(block.thinking ?? "");
    if (block.type !== "tool_use") return;
    this.#answer.toolCall({ index: index ?? null, id: block.id || null, name: block.name || null, arguments: "" });
  }

  /** A signature, which is a delta as well, proves thinking to the API and to nobody else. */
  #grow({ index, delta }: Extract<AnthropicEvent, { type: "content_block_delta" }>): void {
    if (delta.type === "text_delta") this.#answer.text(delta.text ?? "");
    if (delta.type === "thinking_delta") this.#answer.thinking(delta.thinking ?? "");
    if (delta.type !== "input_json_delta") return;
    this.#answer.toolCall({ index: index ?? null, id: null, name: null, arguments: delta.partial_json ?? "" });
  }

  #count(usage: AnthropicUsage | null | undefined): void {
    const said = Object.entries(usage ?? {}).filter(([, count]) => count !== null && count !== undefined);
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) };
  }

  #finish(): void {
    this.#ended = true;
    const { input_tokens: input, output_tokens: output, ...cached } = this.#usage;
    const promptTokens = (input ?? 0) + (cached.cache_creation_input_tokens ?? 0) +
      (cached.cache_read_input_tokens ?? 0);
    const usage = { type: "usage", promptTokens, completionTokens: output ?? 0, source: "reported" } as const;
    this.#answer.finish(finishReason(this.#stopReason), promptTokens + usage.completionTokens > 0 ? usage : null);
  }

  #break(what: string): void {
    this.#fail(anthropicBroke(this.#upstream.server, what));
  }

  #fail(failure: ModelFailure): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#answer.fail(failure);
  }
}

/** In the words that all transports share; one that is not known here is passed on as it is. */
function finishReason(stopReason: string | null): string {
  switch (stopReason) {
    case null:
    case "end_turn":
    case "stop_sequence":
      return "stop";
    case "max_tokens":
    case "model_context_window_exceeded":
      return "length";
    case "tool_use":
      return "tool_calls";
    case "refusal":
      return "content_filter";
    default:
      return stopReason;
  }
}
