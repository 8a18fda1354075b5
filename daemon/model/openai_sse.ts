/**
 * Any OpenAI-compatible server, over HTTP: one streamed `POST /v1/chat/completions` for each answer. What the body means is
 * completion_stream.ts; here are the request, the time limits and the ways in which a connection fails.
 */
import { parseErrorBody } from "./completion_chunk.ts";
import { parseCompletionStream, type Upstream } from "./completion_stream.ts";
import { badResponse, upstreamFailure } from "./failure.ts";
import type { Model, ModelFailure, ModelPart, ModelRequest } from "./model.ts";
import { openAiRequest } from "./openai_request.ts";
import { type ServerAddress, whyUnreachable } from "./reach.ts";
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

/** An error body is read up to here, in bytes: what it says stands at its beginning. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;

export class OpenAiSse implements Model {
  readonly provider: string;
  readonly transport = "sse";
  readonly #url: URL;
  readonly #address: ServerAddress;
  readonly #headers: Record<string, string>;
  readonly #timeouts: ModelTimeouts;
  /** Older servers refuse the request for usage; they are not asked again. */
  #asksForUsage = true;

  constructor({ provider, baseUrl, apiKey, timeouts = DEFAULT_TIMEOUTS }: OpenAiSseOptions) {
    this.provider = provider;
    this.#url = new URL(`${baseUrl.replace(/\/+$/, "")}/v1/chat/completions`);
    const { hostname, port, protocol } = this.#url;
    this.#address = { host: hostname, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
    this.#headers = {
      "content-type": "application/json",
      "accept": "text/event-stream",
      ...(apiKey !== null && { authorization: `Bearer ${apiKey}` }),
    };
    this.#timeouts = timeouts;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncGenerator<ModelPart, void> {
    const upstream: Upstream = { server: this.#url.host, model: request.model };
    using watch = new RequestWatch(upstream.server, this.#timeouts, signal);
    try {
      const body = await this.#send(request, upstream, watch);
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

  /** Sends the request until the server takes it: as a body to read, or a failure. */
  async #send(
    request: ModelRequest,
    upstream: Upstream,
    watch: RequestWatch,
  ): Promise<AsyncIterable<Uint8Array> | ModelFailure> {
    while (true) {
      const asksForUsage = this.#asksForUsage;
      const response = await this.#post(bodyOf(request, asksForUsage), watch);
      if ("code" in response) return response;
      const body = readBody(response.body, watch.signal);
      if (response.ok) return body;
      const text = await readStart(body, MAX_ERROR_BODY_BYTES);
      if (asksForUsage && refusesUsage(response.status, text)) {
        this.#asksForUsage = false;
        continue;
      }
      const retryAfterMs = parseRetryAfter(response.headers.get("retry-after"), Date.now());
      const error = { ...parseErrorBody(text, response.status), retryAfterMs };
      return upstreamFailure(upstream.server, upstream.model, error);
    }
  }

  async #post(body: string, watch: RequestWatch): Promise<Response | ModelFailure> {
    // `fetch` does not say when it has connected, and a server may take minutes before it sends headers: so look after a
    // while whether anybody is there. Only then, to spare the common case a connection. Over https there may be a proxy on
    // the way, which a plain connection would not take: there the first-token limit is the only one.
    const answered = new AbortController();
    const knock = this.#url.protocol === "http:"
      ? setTimeout(() => this.#knock(watch, answered.signal), this.#timeouts.connectMs / 2)
      : undefined;
    try {
      // Another server may be meant by a redirect, one that the user did not name.
      const init: RequestInit = { method: "POST", headers: this.#headers, redirect: "manual" };
      return await fetch(this.#url, { ...init, body, signal: watch.signal });
    } catch (cause) {
      if (watch.signal.aborted) throw cause;
      return await whyUnreachable(this.#address, this.#timeouts, watch.signal) ?? brokenOff(this.#url.host, cause);
    } finally {
      clearTimeout(knock);
      answered.abort();
    }
  }

  async #knock(watch: RequestWatch, answered: AbortSignal): Promise<void> {
    const failure = await whyUnreachable(this.#address, this.#timeouts, answered);
    if (failure && !answered.aborted) watch.fail(failure);
  }
}

function bodyOf(request: ModelRequest, asksForUsage: boolean): string {
  const usage = asksForUsage && { stream_options: { include_usage: true } };
  return JSON.stringify({ ...openAiRequest(request), stream: true, ...usage });
}

function refusesUsage(status: number, body: string): boolean {
  return (status === 400 || status === 422) && body.includes("stream_options");
}

/** The first bytes of a body as text; the rest is not read. */
async function readStart(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return text;
}

function brokenOff(server: string, cause: unknown): ModelFailure {
  const why = cause instanceof Error ? cause.message : String(cause);
  return badResponse(server, `closed the connection in the middle of its answer (${why})`);
}
