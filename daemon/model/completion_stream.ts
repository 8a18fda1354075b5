/**
 * Reads the body of a chat completion, bytes in, model parts out; pure apart from the bytes. It is a stream of server-sent
 * events as asked for, or, from servers that do not know `stream`, one JSON document: the first character tells.
 *
 * How an answer ends: with a finish reason, or with `[DONE]` once something was answered, it is finished; a stream that ends
 * without either was cut off, and an error object is a failure wherever it stands.
 */
import { createParser } from "eventsource-parser";
import { AnswerParts } from "./answer_parts.ts";
import { CompletionChunk, parseError, parseJson, plainContent, type Said } from "./completion_chunk.ts";
import { badResponse, type UpstreamError, upstreamFailure } from "./failure.ts";
import type { ModelFailure, ModelPart } from "./model.ts";

/** Longest event, and longest document, in UTF-16 units: far more than an answer, far less than the memory. */
const MAX_BODY_LENGTH = 16 * 1024 * 1024;

/** Whose answer is read: for messages. */
export interface Upstream {
  /** `host:port` */
  server: string;
  model: string;
}

/**
 * Yields one batch for each read that held data; it is empty when the data said nothing of the answer, and there is none for
 * comments. The last batch ends in `finish` or `error`. What `bytes` throws is passed on, unless the answer was complete.
 */
export async function* parseCompletionStream(
  bytes: AsyncIterable<Uint8Array>,
  upstream: Upstream,
): AsyncGenerator<ModelPart[]> {
  const reader = new CompletionReader(upstream);
  try {
    for await (const chunk of bytes) {
      if (reader.feed(chunk)) yield reader.take();
      if (reader.ended) return;
    }
  } catch (error) {
    if (!reader.isComplete) throw error;
  }
  reader.end();
  yield reader.take();
}

class CompletionReader {
  readonly #upstream: Upstream;
  readonly #decoder = new TextDecoder();
  readonly #answer = new AnswerParts();
  readonly #events = createParser({
    maxBufferSize: MAX_BODY_LENGTH,
    onEvent: ({ event, data }) => this.#event(event, data),
    onError: ({ type }) => {
      if (type === "max-buffer-size-exceeded") {
        this.#fail(badResponse(this.#upstream.server, "sent an event without end"));
      }
    },
  });
  #form: "unknown" | "events" | "document" = "unknown";
  #document = "";
  #heardData = false;
  #finishReason: string | null = null;
  #usage: Extract<ModelPart, { type: "usage" }> | null = null;
  #ended = false;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  /** The last part has been gathered. */
  get ended(): boolean {
    return this.#ended;
  }

  /** The answer is whole, though the server may have more to say about it. */
  get isComplete(): boolean {
    return this.#finishReason !== null;
  }

  /** @returns whether the bytes held data, or were the last that is wanted */
  feed(bytes: Uint8Array): boolean {
    this.#heardData = false;
    this.#text(this.#decoder.decode(bytes, { stream: true }));
    return this.#heardData || this.#ended;
  }

  take(): ModelPart[] {
    return this.#answer.take();
  }

  /** The body is over. */
  end(): void {
    this.#text(this.#decoder.decode());
    if (this.#form === "document") this.#wholeAnswer();
    else if (!this.#ended) this.#events.feed("\n\n"); // an event whose closing blank line never came
    if (!this.#ended) this.#finish(false);
  }

  #text(text: string): void {
    if (text === "" || this.#ended) return;
    if (this.#form === "unknown") {
      const first = text.trimStart()[0];
      if (first === undefined) return;
      if (first === "<") return this.#fail(badResponse(this.#upstream.server, "sent a web page in place of an answer"));
      this.#form = first === "{" || first === "[" ? "document" : "events";
    }
    if (this.#form === "events") return this.#events.feed(text);
    this.#heardData = true;
    this.#document += text;
    if (this.#document.length > MAX_BODY_LENGTH) {
      this.#fail(badResponse(this.#upstream.server, "sent an answer without end"));
    }
  }

  #event(name: string | undefined, data: string): void {
    if (this.#ended) return;
    this.#heardData = true;
    if (data === "[DONE]") return this.#finish(true);
    const json = parseJson(data);
    if (name === "error") this.#failAsSaid(parseError(json) ?? { message: data });
    else this.#chunk(json);
  }

  #wholeAnswer(): void {
    if (this.#ended) return;
    this.#chunk(parseJson(this.#document));
    if (!this.#ended) this.#finish(true);
  }

  #chunk(json: unknown): void {
    const plain = plainContent(json);
    if (plain !== null) return this.#answer.content(plain);
    const { success, data: chunk } = CompletionChunk.safeParse(json);
    if (!success) {
      // Of an answer that is whole, only the usage can be lost.
      if (!this.isComplete) this.#fail(badResponse(this.#upstream.server, "sent something that is no chat completion"));
      return;
    }
    const { error, object, usage } = chunk;
    if (error || object === "error") {
      return this.#failAsSaid(parseError(json) ?? { message: JSON.stringify(error ?? json) });
    }
    const promptTokens = usage?.prompt_tokens ?? 0;
    const completionTokens = usage?.completion_tokens ?? 0;
    if (promptTokens + completionTokens > 0) {
      this.#usage = { type: "usage", promptTokens, completionTokens, source: "reported" };
    }
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const said = choice.delta ?? choice.message;
    if (said) this.#said(said);
    if (choice.finish_reason) this.#finishReason = choice.finish_reason;
  }

  #said(said: Said): void {
    this.#answer.thinking(said.reasoning_content || said.reasoning || said.reasoning_details || "");
    this.#answer.content(said.content ?? "");
    for (const call of said.tool_calls ?? []) {
      this.#answer.toolCall({
        index: call.index ?? null,
        id: call.id || null, // some servers write "" for "the same as before"
        name: call.function?.name || null,
        arguments: call.function?.arguments ?? "",
      });
    }
  }

  /** @param declared whether the server itself said that this was all */
  #finish(declared: boolean): void {
    const reason = this.#finishReason ?? (declared ? this.#answer.impliedReason : null);
    if (reason !== null) {
      this.#ended = true;
      return this.#answer.finish(reason, this.#usage);
    }
    const what = declared
      ? "said that its answer was over before there was a whole one"
      : "broke off in the middle of its answer";
    this.#fail(badResponse(this.#upstream.server, what));
  }

  #failAsSaid(error: UpstreamError): void {
    this.#fail(upstreamFailure(this.#upstream.server, this.#upstream.model, error));
  }

  #fail(failure: ModelFailure): void {
    this.#ended = true;
    this.#answer.fail(failure);
  }
}
