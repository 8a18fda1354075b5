import { ChatCompletion, OpenAiError } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelFailure } from "../model/model.ts";
import { MAX_COMPLETIONS } from "./limits.ts";
import { startTestServer, type TestServer } from "./testing/test_server.ts";

const hello = { model: "default", messages: [{ role: "user", content: "hello" }] };

function ask(server: TestServer, body: Record<string, unknown>, init: RequestInit = {}): Promise<Response> {
  const headers = { "content-type": "application/json" };
  return server.fetch("/v1/chat/completions", { method: "POST", headers, body: JSON.stringify(body), ...init });
}

Deno.test("POST /v1/chat/completions passes on messages, tools and limits, and gives text, thinking, calls and usage", async () => {
  await using server = startTestServer();
  const parameters = { type: "object", properties: { city: { type: "string" } } };
  const asked = ask(server, {
    model: "qwen3",
    messages: [
      { role: "developer", content: "Be brief." },
      { role: "user", content: [{ type: "text", text: "Rain" }, { type: "text", text: "?" }] },
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "sky", arguments: "{}" } }],
      },
      { role: "tool", tool_call_id: "c1", content: "grey" },
    ],
    tools: [{ type: "function", function: { name: "weather", description: "Tells it", parameters } }],
    temperature: 0.5,
    max_completion_tokens: 99,
    top_p: 0.9,
  });
  const model = await server.models.next();
  assertEquals(model.request, {
    model: "qwen3",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Rain?" },
      { role: "assistant", content: "", toolCalls: [{ id: "c1", name: "sky", arguments: "{}" }] },
      { role: "tool", toolCallId: "c1", content: "grey" },
    ],
    tools: [{ name: "weather", description: "Tells it", parameters }],
    temperature: 0.5,
    maxTokens: 99,
  });
  model.say(
    { type: "thinking", text: "Hm." },
    { type: "text", text: "Let me see." },
    { type: "tool_call", index: 0, id: "c2", name: "weather", argumentsDelta: '{"city":' },
    { type: "tool_call", index: 0, id: null, name: null, argumentsDelta: '"Oslo"}' },
    { type: "usage", promptTokens: 7, completionTokens: 5, source: "reported" },
    { type: "finish", reason: "tool_calls" },
  );
  const { choices: [choice], usage, model: name } = ChatCompletion.parse(await (await asked).json());
  assertEquals(name, "qwen3");
  assertEquals(choice, {
    index: 0,
    message: {
      role: "assistant",
      content: "Let me see.",
      reasoning_content: "Hm.",
      tool_calls: [{ id: "c2", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }],
    },
    finish_reason: "tool_calls",
  });
  assertEquals(usage, { prompt_tokens: 7, completion_tokens: 5, total_tokens: 12 });
});

Deno.test("POST /v1/chat/completions streams chunks as they come, the usage if asked for, and [DONE]", async () => {
  await using server = startTestServer();
  const asked = ask(server, { ...hello, stream: true, stream_options: { include_usage: true } });
  const model = await server.models.next();
  model.text("Hel");
  const response = await asked;
  assertStringIncludes(response.headers.get("content-type") ?? "", "text/event-stream");
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Hel")) text += (await reader.read()).value ?? "";
  model.text("lo");
  model.finish();
  for (let read = await reader.read(); !read.done; read = await reader.read()) text += read.value;
  const lines = text.split("\n\n").filter(Boolean).map((line) => line.replace(/^data: /, ""));
  assertEquals(lines.at(-1), "[DONE]");
  const chunks = lines.slice(0, -1).map((line) => JSON.parse(line));
  assertEquals(chunks.map(({ choices }) => choices[0]?.delta ?? null), [
    { role: "assistant", content: "" },
    { content: "Hel" },
    { content: "lo" },
    {},
    null,
  ]);
  assertEquals(chunks.at(-2).choices[0].finish_reason, "stop");
  assert(chunks.at(-1).usage.total_tokens > 0);
  assertEquals(new Set(chunks.map(({ id }) => id)).size, 1);
});

Deno.test("POST /v1/chat/completions cancels the generation when its client leaves, streaming or not [C2]", async () => {
  await using server = startTestServer();
  for (const stream of [true, false]) {
    const left = new AbortController();
    const asked = ask(server, { ...hello, stream }, { signal: left.signal });
    const model = await server.models.next();
    model.text("a");
    const ended = Promise.withResolvers<void>();
    model.signal.addEventListener("abort", () => ended.resolve());
    const read = asked.then((response) => response.text()).catch(() => {}); // it breaks off
    if (stream) await asked;
    left.abort();
    await ended.promise;
    await read;
  }
});

Deno.test("POST /v1/chat/completions takes so many of 1,000 at a time, tells the others to wait, and gets over it", async () => {
  await using server = startTestServer();
  const left = new AbortController();
  const all = Array.from({ length: 1_000 }, async () => {
    const response = await ask(server, hello, { signal: left.signal });
    return { status: response.status, retryAfter: response.headers.get("retry-after"), body: await response.json() };
  });
  const told = all.map((one) => one.then(({ status }) => status, () => null));
  for (let i = 0; i < MAX_COMPLETIONS; i++) await server.models.next();
  let refused = 0;
  const enough = Promise.withResolvers<void>();
  for (const one of told) one.then(() => ++refused === 1_000 - MAX_COMPLETIONS && enough.resolve());
  await enough.promise;
  left.abort();
  const statuses = await Promise.all(told);
  assertEquals(statuses.filter((status) => status === 429).length, 1_000 - MAX_COMPLETIONS);
  assertEquals(server.models.requests, MAX_COMPLETIONS);
  const next = server.models.next().then((model) => (model.text("hi"), model.finish()));
  let response: Response;
  do {
    response = await ask(server, hello);
    if (response.status === 429) await response.body?.cancel();
  } while (response.status === 429); // until one has left
  await next;
  assertEquals(ChatCompletion.parse(await response.json()).choices[0]?.message.content, "hi");
});

const failures: [ModelFailure["code"], boolean, number][] = [
  ["no-model-loaded", false, 404],
  ["context-overflow", false, 400],
  ["rate-limited", true, 429],
  ["lmx-connection-refused", true, 502],
  ["first-token-timeout", true, 504],
  ["bad-response", false, 500],
];

for (const [code, retryable, status] of failures) {
  Deno.test(`POST /v1/chat/completions answers ${status} to ${code}, also when it was to stream`, async () => {
    await using server = startTestServer();
    for (const stream of [true, false]) {
      const asked = ask(server, { ...hello, stream });
      const failure = { code, message: "It did not work.", retryable };
      (await server.models.next()).say({ type: "error", failure });
      const response = await asked;
      assertEquals(response.status, status);
      assertEquals(OpenAiError.parse(await response.json()).error.message, "It did not work.");
    }
  });
}

Deno.test("POST /v1/chat/completions says in the stream when the model fails in the middle", async () => {
  await using server = startTestServer();
  const asked = ask(server, { ...hello, stream: true });
  const failure = { code: "lmx-ws-closed", message: "It broke.", retryable: true } as const;
  (await server.models.next()).say({ type: "text", text: "a" }, { type: "error", failure });
  const text = await (await asked).text();
  assertStringIncludes(text, '"error":{"message":"It broke."');
  assert(!text.includes("[DONE]"));
});

const refused: [Record<string, unknown>, RegExp][] = [
  [{ messages: [] }, /messages/],
  [{ messages: "hi" }, /messages/],
  [{ messages: [{ role: "user", content: [{ type: "image_url", image_url: { url: "x" } }] }] }, /text/],
  [{ stop: "x".repeat(1_001) }, /stop: /],
  [{ n: 2 }, /n: must be 1/],
  [{ tool_choice: { type: "function", function: { name: "x" } } }, /tool_choice/],
  [{ response_format: { type: "json_object" } }, /response_format/],
  [{ model: "" }, /model/],
];

for (const [change, reason] of refused) {
  Deno.test(`POST /v1/chat/completions refuses ${JSON.stringify(change).slice(0, 100)} and says why`, async () => {
    await using server = startTestServer();
    const response = await ask(server, { ...hello, ...change });
    const { error } = OpenAiError.parse(await response.json());
    assertEquals([response.status, error.type], [400, "invalid_request_error"]);
    assert(reason.test(error.message), error.message);
    assertEquals(server.models.requests, 0);
  });
}

Deno.test("the OpenAI door wants the token, in its own words, and knows no other path", async () => {
  await using server = startTestServer();
  const wrong = await fetch(`${server.baseUrl}/v1/models`, { headers: { authorization: "Bearer sk-wrong" } });
  assertEquals([wrong.status, OpenAiError.parse(await wrong.json()).error.type], [401, "authentication_error"]);
  const missing = await server.fetch("/v1/embeddings");
  assertEquals([missing.status, OpenAiError.parse(await missing.json()).error.code], [404, "not_found"]);
});
