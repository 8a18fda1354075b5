/**
 * Anthropic's models, over HTTP: one streamed `POST /v1/messages` for each answer. What the body means is
 * anthropic_stream.ts; here are the request and the ways in which it is refused.
 */
import { parseAnthropicErrorBody } from "./anthropic_event.ts";
import { anthropicBroke, anthropicFailure, anthropicReach } from "./anthropic_failure.ts";
import { anthropicRequest, DEFAULT_MAX_TOKENS } from "./anthropic_request.ts";
import { parseAnthropicStream } from "./anthropic_stream.ts";
import type { Upstream } from "./completion_stream.ts";
import { httpAnswer } from "./http_answer.ts";
import { post, type PostTarget } from "./http_post.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";
import { readBody, readErrorBody } from "./read_body.ts";
import type { RequestWatch } from "./request_watch.ts";
import { parseRetryAfter } from "./retry_after.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

export interface AnthropicModelOptions {
  /** `https://api.anthropic.com`, to which `/v1/messages` is added. */
  baseUrl: string;
  apiKey: string;
  timeouts?: ModelTimeouts;
  /** Longest answer in tokens, for requests that name none; `undefined` for one that every model allows. */
  maxTokens?: number | undefined;
}

/** The version of the API, which is a date; fields may be added to it, but none taken away. */
const API_VERSION = "2023-06-01";

export class AnthropicModel implements Model {
  readonly provider = "anthropic";
  readonly transport = "sse";
  readonly #target: PostTarget;
  readonly #maxTokens: number;

  constructor({ baseUrl, apiKey, timeouts = DEFAULT_TIMEOUTS, maxTokens = DEFAULT_MAX_TOKENS }: AnthropicModelOptions) {
    const headers = {
      "content-type": "application/json",
      "accept": "text/event-stream",
      ...anthropicHeaders(apiKey),
    };
    this.#target = { url: new URL(`${baseUrl}/v1/messages`), headers, timeouts, words: anthropicReach };
    this.#maxTokens = maxTokens;
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    const { url, timeouts } = this.#target;
    const upstream: Upstream = { server: url.host, model: request.model };
    return httpAnswer({
      server: url.host,
      timeouts,
      send: (watch) => this.#send(request, upstream, watch),
      read: (body) => parseAnthropicStream(body, upstream),
      broke: (what) => anthropicBroke(url.host, what),
    }, signal);
  }

  /** The body of the answer, or why there is none. */
  async #send(
    request: ModelRequest,
    { server, model }: Upstream,
    watch: RequestWatch,
  ): Promise<AsyncIterable<Uint8Array> | ModelFailure> {
    const response = await post(this.#target, JSON.stringify(anthropicRequest(request, this.#maxTokens)), watch);
    if ("code" in response) return response;
    if (response.ok) return readBody(response.body, watch.signal);
    const error = parseAnthropicErrorBody(await readErrorBody(response, watch.signal), response.status);
    const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
    return anthropicFailure(server, model, { ...error, retryAfterMs });
  }
}

/** What every request to the API carries. */
export function anthropicHeaders(apiKey: string): Record<string, string> {
  return { "x-api-key": apiKey, "anthropic-version": API_VERSION };
}
