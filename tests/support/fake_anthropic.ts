/**
 * A fake of Anthropic's Messages API, in this process and on a free port: it says what it is told to, holds an answer open
 * where it is told to, and remembers who asked for what and who hung up.
 */

/** What the fake does with one request for an answer. */
export interface AnthropicScript {
  /** Sent as server-sent events, in this order. */
  events?: readonly AnthropicEventJson[];
  /** In place of an answer. */
  refuse?: { status: number; body: unknown; headers?: Record<string, string> };
  /** What comes after the events; `hold` is a connection on which nothing more comes, or pings alone. */
  then?: "end" | "hold" | "ping";
}

export interface AnthropicEventJson {
  type: string;
  [field: string]: unknown;
}

export interface SeenAnthropicRequest {
  apiKey: string | null;
  version: string | null;
  body: unknown;
}

export interface FakeAnthropicOptions {
  /** Requests with another key are refused, and told theirs, as no server should. */
  apiKey?: string;
  models?: readonly string[];
}

/** Often enough for a test, seldom enough for the machine. */
const PING_EVERY_MS = 5;

export class FakeAnthropic implements AsyncDisposable {
  readonly requests: SeenAnthropicRequest[] = [];
  /** Answers that were let go of before their end. */
  hangUps = 0;
  /** What is done with each further request; without any, a greeting. */
  script: AnthropicScript = { events: answerEvents({ text: ["Hello", ", world."] }) };
  readonly #apiKey: string | undefined;
  readonly #models: readonly string[];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  #change = Promise.withResolvers<void>();

  constructor({ apiKey, models = ["claude-sonnet-5", "claude-haiku-4-5"] }: FakeAnthropicOptions = {}) {
    this.#apiKey = apiKey;
    this.#models = models;
    this.#server = Deno.serve(
      { port: 0, hostname: "127.0.0.1", onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  /** Resolves as soon as this is so. */
  async until(isSo: (fake: FakeAnthropic) => boolean): Promise<void> {
    while (!isSo(this)) await this.#change.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const apiKey = request.headers.get("x-api-key");
    if (this.#apiKey !== undefined && apiKey !== this.#apiKey) {
      return Response.json(errorBody("authentication_error", `invalid x-api-key: ${apiKey}`), { status: 401 });
    }
    if (pathname === "/v1/models") {
      const data = this.#models.map((id) => ({ type: "model", id, display_name: id }));
      return Response.json({ data, has_more: false });
    }
    if (pathname !== "/v1/messages") return Response.json(errorBody("not_found_error", "Not found"), { status: 404 });
    const { script } = this;
    this.requests.push({ apiKey, version: request.headers.get("anthropic-version"), body: await request.json() });
    this.#changed();
    if (script.refuse) return Response.json(script.refuse.body, script.refuse);
    return new Response(this.#stream(script), { headers: { "content-type": "text/event-stream" } });
  }

  #stream({ events = [], then = "end" }: AnthropicScript): ReadableStream<Uint8Array> {
    let pings: ReturnType<typeof setInterval> | undefined;
    return new ReadableStream({
      start: (controller) => {
        const send = (event: AnthropicEventJson) => controller.enqueue(new TextEncoder().encode(toSse(event)));
        events.forEach(send);
        if (then === "end") controller.close();
        if (then === "ping") pings = setInterval(() => send({ type: "ping" }), PING_EVERY_MS);
      },
      cancel: () => {
        clearInterval(pings);
        this.hangUps += 1;
        this.#changed();
      },
    });
  }

  #changed(): void {
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }
}

/** An event as the API writes it. */
export function toSse(event: AnthropicEventJson): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

export function errorBody(type: string, message: string): AnthropicEventJson {
  return { type: "error", error: { type, message }, request_id: "req_1" };
}

/** What an answer consists of; each list is the deltas of one block. */
export interface FakeAnswer {
  thinking?: readonly string[];
  text?: readonly string[];
  tool?: { id: string; name: string; json: readonly string[] };
  stopReason?: string;
}

/** The events of a whole answer, of 12 tokens to 3 + 4 + 5 tokens. */
export function answerEvents(answer: FakeAnswer): AnthropicEventJson[] {
  const { stopReason = answer.tool ? "tool_use" : "end_turn" } = answer;
  const usage = { input_tokens: 3, cache_creation_input_tokens: 4, cache_read_input_tokens: 5, output_tokens: 1 };
  const message = { id: "msg_1", type: "message", role: "assistant", content: [], stop_reason: null, usage };
  return [
    { type: "message_start", message },
    { type: "ping" },
    ...blocksOf(answer).flatMap(({ block, deltas }, index) => [
      { type: "content_block_start", index, content_block: block },
      ...deltas.map((delta) => ({ type: "content_block_delta", index, delta })),
      { type: "content_block_stop", index },
    ]),
    {
      type: "message_delta",
      delta: { stop_reason: stopReason, stop_sequence: null },
      usage: { output_tokens: 12 },
    },
    { type: "message_stop" },
  ];
}

function blocksOf({ thinking, text, tool }: FakeAnswer): { block: object; deltas: object[] }[] {
  const blocks: { block: object; deltas: object[] }[] = [];
  if (thinking) {
    const deltas = thinking.map((thinking) => ({ type: "thinking_delta", thinking }));
    const signature = { type: "signature_delta", signature: "EqQBCgIYAhIM" };
    blocks.push({ block: { type: "thinking", thinking: "" }, deltas: [...deltas, signature] });
  }
  if (text) {
    blocks.push({ block: { type: "text", text: "" }, deltas: text.map((text) => ({ type: "text_delta", text })) });
  }
  if (tool) {
    const deltas = tool.json.map((json) => ({ type: "input_json_delta", partial_json: json }));
    blocks.push({ block: { type: "tool_use", id: tool.id, name: tool.name, input: {} }, deltas });
  }
  return blocks;
}
