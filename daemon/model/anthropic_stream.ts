/**
 * Reads the body of an answer of the Messages API, bytes in, model parts out; pure apart from the bytes.
 *
 *     message_start ─► content_block_start ─► content_block_delta … ─► content_block_stop … ─► message_delta ─► message_stop
 *
 * Only `message_stop` ends an answer: a stream that ends before it was cut off, and an `error` is a failure wherever it stands.
 * What stands between the API and us may not stream, and send one `message` instead.
 */
import { AnswerBody } from "./answer_body.ts";
import { AnswerParts } from "./answer_parts.ts";
import {
  type AnthropicBlockStart,
  type AnthropicEvent,
  type AnthropicUsage,
  parseAnthropicEvent,
} from "./anthropic_event.ts";
import { anthropicBroke, anthropicFailure } from "./anthropic_failure.ts";
import { usagePart } from "./completion_chunk.ts";
import type { Upstream } from "./completion_stream.ts";
import type { ModelFailure, ModelPart } from "./model.ts";

/**
 * Yields one batch for each read that said something; it is empty when that is no part of the answer yet, and there is none for
 * pings, which come also when nothing else does, nor for events that say nothing. The last batch ends in `finish` or `error`.
 * What `bytes` throws is passed on.
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
  readonly #answer = new AnswerParts();
  readonly #body = new AnswerBody({
    event: (name, data) => this.#read(name, data),
    document: (text) => this.#read(undefined, text),
    broken: (what) => this.#break(what),
  });
  /** Blocks whose JSON is not for us: those of other kinds, and calls whose input stood at their beginning. */
  readonly #closedToJson = new Set<number>();
  #usage: AnthropicUsage = {};
  #stopReason: string | null = null;
  #ended = false;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** The last part has been gathered. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @returns whether the bytes said something */
  feed(bytes: Uint8Array): boolean {
    this.#body.feed(bytes);
    return this.#answer.saysSomething;
  }

  take(): ModelPart[] {
    return this.#answer.take();
  }

  /** The body is over. */
  end(): void {
    this.#body.end();
    this.#break("broke off in the middle of its answer");
  }

  #read(name: string | undefined, data: string): void {
    if (this.#ended) return;
    const event = parseAnthropicEvent(name, data);
    if (event) this.#event(event);
    else this.#break("sent something that is no event of the Messages API");
  }

  #event(event: AnthropicEvent): void {
    switch (event.type) {
      case "message_start":
        return this.#count(event.message?.usage);
      case "content_block_start":
        return this.#begin(event.index ?? null, event.content_block);
      case "content_block_delta":
        return this.#grow(event);
      case "message_delta":
        this.#stop(event.delta?.stop_reason);
        return this.#count(event.usage);
      case "message_stop":
        return this.#finish();
      case "message":
        event.content.forEach((block, index) => this.#begin(index, block));
        this.#stop(event.stop_reason);
        this.#count(event.usage);
        return this.#finish();
      case "error":
        return this.#fail(anthropicFailure(this.#upstream.server, this.#upstream.model, event.error));
      case "ping":
      case "other":
        return;
      default:
        return event satisfies never;
    }
  }

  #begin(index: number | null, block: AnthropicBlockStart): void {
    const input = JSON.stringify(block.input ?? {});
    const takesJson = block.type === "tool_use" && input === "{}";
    if (index !== null && !takesJson) this.#closedToJson.add(index);
    if (index !== null && takesJson) this.#closedToJson.delete(index);
    switch (block.type) {
      case "text":
        return this.#answer.text(block.text ?? "");
      case "thinking":
        return this.#answer.thinking(block.thinking ?? "");
      case "tool_use": {
        const { id, name } = block;
        return this.#answer.toolCall({ index, id: id || null, name: name || null, arguments: takesJson ? "" : input });
      }
      default:
        return this.#answer.note(); // content, though it is not for us
    }
  }

  #grow({ index = null, delta }: Extract<AnthropicEvent, { type: "content_block_delta" }>): void {
    switch (delta.type) {
      case "text_delta":
        return this.#answer.text(delta.text ?? "");
      case "thinking_delta":
        return this.#answer.thinking(delta.thinking ?? "");
      case "input_json_delta": {
        const json = delta.partial_json ?? "";
        if (index === null || !this.#closedToJson.has(index)) {
          return this.#answer.toolCall({ index, id: null, name: null, arguments: json });
        }
        if (json !== "") this.#answer.note();
        return;
      }
      default:
        return this.#answer.note(); // a signature, say, which proves thinking to the API and to nobody else
    }
  }

  #stop(reason: string | null | undefined): void {
    if (!reason) return;
    this.#stopReason = reason;
    this.#answer.note();
  }

  #count(usage: AnthropicUsage | null | undefined): void {
    const said = Object.entries(usage ?? {}).filter(([, count]) => count !== null && count !== undefined);
    if (said.length === 0) return;
    this.#usage = { ...this.#usage, ...Object.fromEntries(said) };
    this.#answer.note();
  }

  #finish(): void {
    const reason = this.#stopReason === null ? this.#answer.impliedReason : finishReason(this.#stopReason);
    if (reason === null) return this.#break("said that its answer was over before there was a whole one");
    this.#ended = true;
    this.#answer.finish(reason, usagePart(countsOf(this.#usage), "reported"));
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

/** Anthropic counts what its cache of prompts holds by itself. */
function countsOf({ input_tokens, output_tokens, ...cached }: AnthropicUsage) {
  const prompt = [input_tokens, cached.cache_creation_input_tokens, cached.cache_read_input_tokens]
    .filter((count) => count !== null && count !== undefined);
  return {
    prompt_tokens: prompt.length > 0 ? prompt.reduce((sum, count) => sum + count, 0) : null,
    completion_tokens: output_tokens ?? 0,
  };
}

/** In the words that all transports share; one that is not known here is passed on as it is. */
function finishReason(stopReason: string): string {
  switch (stopReason) {
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
