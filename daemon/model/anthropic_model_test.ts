import { assertEquals, assertStringIncludes } from "@std/assert";
import { answerEvents, errorBody, FakeAnthropic } from "../../tests/support/fake_anthropic.ts";
import { listAnthropicModels } from "./anthropic_models.ts";
import { AnthropicModel } from "./anthropic_model.ts";
import type { ModelPart } from "./model.ts";
import { placeOf } from "./server_place.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";
import { closedPort, hanging, ListServer } from "./testing/list_server.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

function model({ url }: { url: string }, timeouts: Partial<ModelTimeouts> = {}): AnthropicModel {
  return new AnthropicModel({ baseUrl: url, apiKey: "key", timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts } });
}

const begun = answerEvents({ text: ["a"] }).slice(0, 4);

Deno.test("AnthropicModel asks with key and version, and streams thinking, text, usage and the reason", async () => {
  await using fake = new FakeAnthropic({ apiKey: "key" });
  fake.script = { events: answerEvents({ thinking: ["Hm"], text: ["Yes", "."] }) };
  assertEquals(await collect(model(fake).stream({ ...ask("claude", "Well?"), maxTokens: 9 }, never())), [
    { type: "thinking", text: "Hm" },
    { type: "text", text: "Yes." },
    { type: "usage", promptTokens: 12, completionTokens: 12, source: "reported" },
    { type: "finish", reason: "stop" },
  ]);
  const messages = [{ role: "user", content: [{ type: "text", text: "Well?" }] }];
  const body = { model: "claude", max_tokens: 9, messages, stream: true };
  assertEquals(fake.requests, [{ apiKey: "key", version: "2023-06-01", body }]);
});

Deno.test("AnthropicModel asks for an answer as long as it was told, unless the request says how long", async () => {
  await using fake = new FakeAnthropic();
  const limited = new AnthropicModel({ baseUrl: fake.url, apiKey: "key", maxTokens: 5 });
  await collect(limited.stream(ask("claude"), never()));
  await collect(limited.stream({ ...ask("claude"), maxTokens: 9 }, never()));
  assertEquals(fake.requests.map(({ body }) => (body as { max_tokens: number }).max_tokens), [5, 9]);
});

Deno.test("AnthropicModel yields each piece when it comes, and hangs up when nobody wants more", async () => {
  await using fake = new FakeAnthropic();
  fake.script = { events: begun, then: "hold" };
  const parts = model(fake).stream(ask("claude"), never());
  assertEquals(await parts.next(), { done: false, value: { type: "text", text: "a" } });
  await parts.return();
  await fake.until(({ hangUps }) => hangUps === 1);
});

Deno.test("AnthropicModel cancels at the server, before the first piece and after it", async () => {
  await using fake = new FakeAnthropic();
  for (const events of [[], begun]) {
    fake.script = { events, then: "hold" };
    const cancel = new AbortController();
    const asked = fake.requests.length + 1;
    const parts: ModelPart[] = [];
    const reading = (async () => {
      for await (const part of model(fake).stream(ask("claude"), cancel.signal)) {
        parts.push(part);
        cancel.abort();
      }
    })();
    await fake.until(({ requests }) => requests.length === asked);
    if (events.length === 0) cancel.abort();
    await reading;
    await fake.until(({ hangUps }) => hangUps === asked);
    assertEquals(parts, events.length === 0 ? [] : [{ type: "text", text: "a" }]);
  }
});

Deno.test("AnthropicModel does not take pings for an answer that goes on", async () => {
  await using fake = new FakeAnthropic();
  fake.script = { events: begun, then: "ping" };
  const silent = await failureOf(model(fake, { betweenTokensMs: 200 }).stream(ask("claude"), never()));
  assertEquals([silent.code, silent.before], ["lmx-timeout", [{ type: "text", text: "a" }]]);
  fake.script = { then: "ping" };
  const none = await failureOf(model(fake, { firstTokenMs: 200 }).stream(ask("claude"), never()));
  assertEquals([none.code, none.before], ["first-token-timeout", []]);
});

Deno.test("AnthropicModel says what a refusal means, and whether to send again", async () => {
  await using fake = new FakeAnthropic();
  const wait = { "retry-after": "7" };
  const cases: [
    status: number,
    body: unknown,
    expected: [code: string, retryable: boolean, again: unknown],
    said: string,
    headers?: Record<string, string>,
  ][] = [
    [401, errorBody("authentication_error", "invalid key"), ["bad-response", false, undefined], "ANTHROPIC_API_KEY"],
    [403, errorBody("permission_error", "no"), ["bad-response", false, undefined], "opta config set anthropic.apiKey"],
    [404, errorBody("not_found_error", "model: claude"), ["no-model-loaded", false, undefined], "anthropic.model NAME"],
    [404, errorBody("not_found_error", "Not found"), ["bad-response", false, undefined], "(HTTP 404): Not found"],
    [413, errorBody("request_too_large", "too big"), ["context-overflow", false, undefined], "Start a new session"],
    [
      400,
      errorBody("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"),
      ["context-overflow", false, undefined],
      "210000 tokens",
    ],
    [
      400,
      errorBody("invalid_request_error", "max_tokens: 8192 > 4096, which is the maximum allowed"),
      ["bad-response", false, undefined],
      "opta config set model.maxTokens NUMBER",
    ],
    [
      400,
      errorBody("invalid_request_error", "input length and `max_tokens` exceed context limit: 1 + 2 > 2"),
      ["context-overflow", false, undefined],
      "exceed context limit",
    ],
    [429, errorBody("rate_limit_error", "slow down"), ["rate-limited", true, { afterMs: 7_000 }], "slow down", wait],
    [429, errorBody("rate_limit_error", "slow down"), ["rate-limited", true, { afterMs: null }], "slow down"],
    [500, errorBody("api_error", "oh"), ["bad-response", true, undefined], "oh (api_error, request req_1)"],
    [503, "Unavailable", ["bad-response", true, { afterMs: 7_000 }], "Unavailable", wait],
    [529, errorBody("overloaded_error", "Overloaded"), ["bad-response", true, { afterMs: null }], "Try again later"],
  ];
  for (const [status, body, expected, said, headers] of cases) {
    fake.script = { refuse: { status, body, ...(headers && { headers }) } };
    const failure = await failureOf(model(fake).stream(ask("claude"), never()));
    assertEquals([failure.code, failure.retryable, failure.again], expected, failure.message);
    assertStringIncludes(failure.message, said);
  }
});

Deno.test("AnthropicModel says that it cannot connect, or may not", async () => {
  const url = `http://127.0.0.1:${closedPort()}`;
  const refused = await failureOf(model({ url }).stream(ask("claude"), never()));
  assertEquals([refused.code, refused.again], ["lmx-connection-refused", { afterMs: null }]);
  assertStringIncludes(refused.message, "connection refused");
  assertStringIncludes(refused.message, "anthropic.baseUrl");
});

Deno.test({
  name: "AnthropicModel says how the daemon gets permission to connect",
  permissions: { net: false },
  fn: async () => {
    const { code, message, again } = await failureOf(
      model({ url: "https://api.anthropic.com" }).stream(ask("claude"), never()),
    );
    assertEquals([code, again], ["lmx-connection-refused", undefined]);
    assertStringIncludes(message, "opta config set provider.fallback anthropic");
    assertStringIncludes(message, "opta daemon restart");
  },
});

Deno.test("listAnthropicModels() lists them, or says why not", async () => {
  await using fake = new FakeAnthropic({ apiKey: "key", models: ["claude-a", "claude-b"] });
  const list = async (url: string, key = "key", connectMs = DEFAULT_TIMEOUTS.connectMs) => {
    const listed = await listAnthropicModels(placeOf(url, key), key, { ...DEFAULT_TIMEOUTS, connectMs }, never());
    return "code" in listed ? listed.message : listed;
  };
  assertEquals(await list(fake.url), [{ id: "claude-a", loaded: null }, { id: "claude-b", loaded: null }]);
  const { list: hang, gaveUp } = hanging();
  await using slow = new ListServer({ list: hang });
  await using page = new ListServer({ list: () => new Response("<html>") });
  const cases: [url: string, key: string, connectMs: number, said: string][] = [
    [fake.url, "other", 20_000, "refused the API key"],
    [`http://127.0.0.1:${page.port}`, "key", 20_000, "did not answer with a list"],
    [`http://127.0.0.1:${closedPort()}`, "key", 20_000, "connection refused"],
    [`http://127.0.0.1:${slow.port}`, "key", 100, "within 0.1 s"],
  ];
  for (const [url, key, connectMs, said] of cases) {
    assertStringIncludes(String(await list(url, key, connectMs)), said);
  }
  await gaveUp;
});
