/**
 * Any OpenAI-compatible server, over HTTP: one streamed `POST /v1/chat/completions` for each answer. What the body means is
 * completion_stream.ts; here are the request, the time limits and the ways in which a connection fails.
 */
import { parseErrorBody } from "./completion_chunk.ts";
import { parseCompletionStream, type Upstream } from "./completion_stream.ts";
import { badResponse, upstreamFailure } from "./failure.ts";
import { post, type PostTarget, readStart } from "./http_post.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";
import { openAiRequest } from "./openai_request.ts";
import { readBody } from "./read_body.ts";
import { RequestWatch } from "./request_watch.ts";
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

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    const { url, timeouts } = this.#target;
    const upstream: Upstream = { server: url.host, model: request.model };
    using watch = new RequestWatch(upstream.server, timeouts, signal);
    try {
      let body = await this.#send(request, upstream, watch);
      if (body === "no tools") {
        if (!signal.aborted) {
          yield { type: "fallback", transport: this.transport, message: answersWithoutTools(upstream) };
        }
        body = await this.#send(request, upstream, watch);
      }
      if (body === "no tools") return; // it was sent none
      if ("code" in body) {
        if (!signal.aborted) yield { type: "error", failure: body };
        return;
      }
      for await (const parts of parseCompletionStream(body, upstream)) {
        watch.heard(parts.length > 0);
        for (const part of parts) {
          if (signal.aborted) return;
          yield part;
        }
      }
    } catch (cause) {
      if (signal.aborted) return;
      yield { type: "error", failure: watch.failure ?? brokenOff(upstream.server, cause) };
    }
  }

  /** Sends the request until the server takes it: as a body to read, or a failure; `no tools` when it refuses these. */
  async #send(
    request: ModelRequest,
    upstream: Upstream,
    watch: RequestWatch,
  ): Promise<AsyncIterable<Uint8Array> | ModelFailure | "no tools"> {
    const isToolless = this.#toolless.has(request.model);
    const { tools = [], ...others } = request;
    while (true) {
      const asksForUsage = this.#asksForUsage;
      const response = await post(this.#target, bodyOf(isToolless ? others : request, asksForUsage), watch);
      if ("code" in response) return response;
      const body = readBody(response.body, watch.signal);
      if (response.ok) return body;
      const text = await readStart(body);
      if (asksForUsage && refusesUsage(response.status, text)) {
        this.#asksForUsage = false;
        continue;
      }
      if (tools.length > 0 && !isToolless && refusesTools(response.status, text)) {
        this.#toolless.add(request.model);
        return "no tools";
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

function brokenOff(server: string, cause: unknown): ModelFailure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return badResponse(server, `closed the connection in the middle of its answer (${why})`);
}
