/**
 * Reads the body of a chat completion, bytes in, model parts out; pure apart from the bytes. It is a stream of chunks as
 * asked for, or one document (answer_body.ts).
 *
 * How an answer ends: with a finish reason, or with `[DONE]` once something was answered, it is finished; a stream that ends
 * without either was cut off, and an error object is a failure wherever it stands.
 */
import { AnswerBody } from "./answer_body.ts";
import { AnswerParts } from "./answer_parts.ts";
import { CompletionChunk, parseError, parseJson, plainContent, type Said, usagePart } from "./completion_chunk.ts";
import { badResponse, type UpstreamError, upstreamFailure } from "./failure.ts";
import type { ModelFailure, ModelPart } from "./model.ts";

/** Whose answer is read: for messages. */
export interface Upstream {
  /** `host:port` */
  server: string;
  model: string;
}

/**
 * Yields one batch for each read that said something; it is empty when that is no part of the answer yet, and there is none
 * for comments, nor for data that says nothing. The last batch ends in `finish` or `error`. What `bytes` throws is passed on,
 * unless the answer was complete.
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
  readonly #answer = new AnswerParts();
  readonly #body = new AnswerBody({
    event: (name, data) => this.#event(name, data),
    document: (text) => this.#wholeAnswer(text),
    broken: (what) => this.#fail(badResponse(this.#upstream.server, what)),
  });
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
    if (!this.#ended) this.#finish(false);
  }

  #event(name: string | undefined, data: string): void {
    if (this.#ended) return;
    if (data === "[DONE]") return this.#finish(true);
    const json = parseJson(data);
    if (name === "error") this.#failAsSaid(parseError(json) ?? { message: data });
    else this.#chunk(json);
  }

  #wholeAnswer(document: string): void {
    this.#chunk(parseJson(document));
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
    const counted = usagePart(usage, "reported");
    if (counted) {
      this.#usage = counted;
      this.#answer.note();
    }
    const choice = chunk.choices?.[0];
    if (!choice) return;
    const said = choice.delta ?? choice.message;
    if (said) this.#said(said);
    if (!choice.finish_reason) return;
    this.#finishReason = choice.finish_reason;
    this.#answer.note();
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
    if (this.#ended) return;
    this.#ended = true;
    this.#answer.fail(failure);
  }
}
