import { assertEquals, assertStringIncludes } from "@std/assert";
import { AnthropicModel } from "./anthropic_model.ts";
import type { Model } from "./model.ts";
import { OpenAiSse } from "./openai_sse.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

const models: Record<string, (baseUrl: string, timeouts: ModelTimeouts) => Model> = {
  OpenAiSse: (baseUrl, timeouts) => new OpenAiSse({ provider: "openai", baseUrl, apiKey: null, timeouts }),
  AnthropicModel: (baseUrl, timeouts) => new AnthropicModel({ baseUrl, apiKey: "key", timeouts }),
};

const DONE = 'data: {"choices":[{"delta":{"content":"Yes"},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n';
/** Longer than the connection is given. */
const SLOW_MS = 100;

Deno.test("a server that takes no more connections is waited for all the same, for it has taken the request", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  const serving = (async () => {
    using connection = await listener.accept();
    await connection.read(new Uint8Array(64 * 1024));
    listener.close();
    await new Promise((resolve) => setTimeout(resolve, SLOW_MS));
    const head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    await connection.write(new TextEncoder().encode(head + DONE));
  })();
  const timeouts = { ...DEFAULT_TIMEOUTS, connectMs: SLOW_MS / 2 };
  const parts = await collect(models["OpenAiSse"]!(url, timeouts).stream(ask("m"), never()));
  assertEquals(parts.map(({ type }) => type), ["text", "finish"]);
  await serving;
});

/** Takes requests and closes their connections without an answer. */
class DyingServer implements AsyncDisposable {
  requests = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #accepting: Promise<void>;

  /** @param leaves nobody listens any more once a request has come */
  constructor(leaves: boolean) {
    this.#accepting = this.#accept(leaves);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#accepting;
  }

  async #accept(leaves: boolean): Promise<void> {
    for await (const connection of this.#listener) {
      using _ = connection;
      const read = await connection.read(new Uint8Array(64 * 1024));
      if (read === null) continue; // a knock
      this.requests++;
      if (leaves) this.#close();
    }
  }

  #isClosed = false;
  #close(): void {
    if (!this.#isClosed) this.#listener.close();
    this.#isClosed = true;
  }
}

for (const [name, modelAt] of Object.entries(models)) {
  Deno.test(`${name} sends a request once when its connection breaks before the answer`, async () => {
    await using server = new DyingServer(false);
    const failure = await failureOf(modelAt(server.url, DEFAULT_TIMEOUTS).stream(ask("m"), never()));
    assertEquals([failure.code, failure.retryable, failure.again], ["bad-response", true, undefined]);
    assertStringIncludes(failure.message, "connection closed before message completed");
    assertEquals(server.requests, 1);
  });

  Deno.test(`${name} does not take a server that died over a request for one that did not take it`, async () => {
    await using server = new DyingServer(true);
    const failure = await failureOf(modelAt(server.url, DEFAULT_TIMEOUTS).stream(ask("m"), never()));
    assertEquals([failure.code, failure.retryable, failure.again], ["lmx-connection-refused", true, undefined]);
    assertStringIncludes(failure.message, "connection refused");
    assertEquals(server.requests, 1);
  });
}
