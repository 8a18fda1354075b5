/**
 * Any OpenAI-compatible server, over HTTP: one streamed `POST /v1/chat/completions` for each answer. What the body means is
 * completion_stream.ts; here are the request and what servers refuse of it.
 */
import { parseErrorBody } from "./completion_chunk.ts";
import { parseCompletionStream, type Upstream } from "./completion_stream.ts";
import { badResponse, upstreamFailure } from "./failure.ts";
import { httpAnswer, type Told } from "./http_answer.ts";
import { post, type PostTarget } from "./http_post.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";
import { openAiRequest } from "./openai_request.ts";
import { readBody, readErrorBody } from "./read_body.ts";
import type { RequestWatch } from "./request_watch.ts";
import { parseRetryAfter } from "./retry_after.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

export interface OpenAiSseOptions {
  /** As it stands in `turn.start`: `openai`, `lmx` … */
  provider: string;
  /** `http://127.0.0.1:1234`, to which `/v1/chat/completions` is added. */
  baseUrl: string;
  apiKey: string | null;
  timeouts?: ModelTimeouts;
}

export class OpenAiSse implements Model {
  readonly provider: string;
  readonly transport = "sse";
  readonly #target: PostTarget;
  /** Older servers refuse the request for usage; they are not asked again. */
  #asksForUsage = true;
  /** Models that their server gives no tools: they are offered none again. */
  readonly #toolless = new Set<string>();

  constructor({ provider, baseUrl, apiKey, timeouts = DEFAULT_TIMEOUTS }: OpenAiSseOptions) {
    this.provider = provider;
    const headers = {
      "content-type": "application/json",
      "accept": "text/event-stream",
      ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
    };
    this.#target = { url: new URL(`${baseUrl.replace(/\/+$/, "")}/v1/chat/completions`), headers, timeouts };
  }

  stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    const { url, timeouts } = this.#target;
    const upstream: Upstream = { server: url.host, model: request.model };
    return httpAnswer({
      server: url.host,
      timeouts,
      send: (watch) => this.#send(request, upstream, watch),
      read: (body) => parseCompletionStream(body, upstream),
      broke: (what) => badResponse(url.host, what),
    }, signal);
  }

  async #send(
    request: ModelRequest,
    upstream: Upstream,
    watch: RequestWatch,
  ): Promise<AsyncIterable<Uint8Array> | ModelFailure | Told> {
    const isToolless = this.#toolless.has(request.model);
    const { tools = [], ...others } = request;
    while (true) {
      const asksForUsage = this.#asksForUsage;
      const response = await post(this.#target, bodyOf(isToolless ? others : request, asksForUsage), watch);
      if ("code" in response) return response;
      if (response.ok) return readBody(response.body, watch.signal);
      const text = await readErrorBody(response, watch.signal);
      if (asksForUsage && refusesUsage(response.status, text)) {
        this.#asksForUsage = false;
        continue;
      }
      if (tools.length > 0 && !isToolless && refusesTools(response.status, text)) {
        this.#toolless.add(request.model);
        return { type: "fallback", transport: this.transport, message: answersWithoutTools(upstream) };
      }
      const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
      const error = { ...parseErrorBody(text, response.status), retryAfterMs };
      return upstreamFailure(upstream.server, upstream.model, error);
    }
  }
}

function bodyOf(request: ModelRequest, asksForUsage: boolean): string {
  const usage = asksForUsage && { stream_options: { include_usage: true } };
  return JSON.stringify({ ...openAiRequest(request), stream: true, ...usage });
}

function refusesUsage(status: number, body: string): boolean {
  return (status === 400 || status === 422) && body.includes("stream_options");
}

/** As Ollama, llama.cpp and vLLM say it of a model, or a server, that was not set up for tools. */
function refusesTools(status: number, body: string): boolean {
  return (status === 400 || status === 422 || status === 500) &&
    /does not support (?:tools|function)|tools param requires|tool choice requires|tools? (?:are|is) not supported/i
      .test(body);
}

function answersWithoutTools({ server, model }: Upstream): string {
  return `The model server at ${server} takes no tools for "${model}", so it answers without them.`;
}
