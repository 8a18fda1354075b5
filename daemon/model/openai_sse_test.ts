import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, startFakeModel, type Stats } from "../../tests/support/mod.ts";
import type { ModelPart } from "./model.ts";
import { OpenAiSse } from "./openai_sse.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

function model(fake: { url: string }, timeouts: Partial<ModelTimeouts> = {}, apiKey: string | null = null): OpenAiSse {
  return new OpenAiSse({
    provider: "openai",
    baseUrl: fake.url,
    apiKey,
    timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
  });
}

const endOf = (stats: Stats) => stats.requests.at(-1)?.end?.how;
const isHeld = (stats: Stats) => stats.requests.at(-1)?.held === true;

Deno.test("OpenAiSse streams thinking, text, usage and the finish reason", async () => {
  await using fake = await startFakeModel({ apiKey: "secret" });
  await fake.script({ thinking: ["Hm", "."], tokens: ["Yes", ", sir."], finishReason: "length" });
  const parts = await collect(
    model({ url: `${fake.url}/` }, {}, "secret").stream(
      { ...ask(FAKE_MODEL, "one two three"), temperature: 0.5, maxTokens: 9 },
      never(),
    ),
  );
  assertEquals(parts, [
    { type: "thinking", text: "Hm." },
    { type: "text", text: "Yes, sir." },
    { type: "usage", promptTokens: 3, completionTokens: 4, source: "reported" },
    { type: "finish", reason: "length" },
  ]);
  const [request] = (await fake.stats()).requests;
  assertEquals(request?.authorization, "Bearer secret");
  assertEquals(request?.body, {
    model: FAKE_MODEL,
    messages: [{ role: "user", content: "one two three" }],
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.5,
    max_tokens: 9,
  });
});

Deno.test("OpenAiSse yields each piece when it comes", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["a", "b"], pace: "manual" });
  const parts = model(fake).stream(ask(FAKE_MODEL), never())[Symbol.asyncIterator]();
  for (const text of ["a", "b"]) {
    const next = parts.next();
    await fake.waitFor(isHeld);
    await fake.step();
    assertEquals(await next, { done: false, value: { type: "text", text } });
  }
  await parts.return();
  assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
});

Deno.test("OpenAiSse asks once more without usage of a server that refuses to be asked [lmx 11]", async () => {
  await using fake = await startFakeModel();
  const body = JSON.stringify({ error: { message: "Unrecognized request argument: stream_options", code: null } });
  await fake.script({ tokens: ["Yes"], usage: false });
  await fake.script({ refuse: { status: 400, body }, times: 1 });
  const old = model(fake);
  const expected: ModelPart[] = [{ type: "text", text: "Yes" }, { type: "finish", reason: "stop" }];
  assertEquals(await collect(old.stream(ask(FAKE_MODEL), never())), expected);
  assertEquals(await collect(old.stream(ask(FAKE_MODEL), never())), expected);
  const asked = (await fake.stats()).requests.map(({ body }) => "stream_options" in (body as object));
  assertEquals(asked, [true, false, false], "and remembers it");
});

Deno.test("OpenAiSse asks without tools of a server that takes none for the model, says so, and remembers it", async () => {
  await using fake = await startFakeModel();
  const body = JSON.stringify({ error: { message: `"${FAKE_MODEL}" does not support tools`, code: null } });
  await fake.script({ tokens: ["Yes"], usage: false });
  await fake.script({ refuse: { status: 400, body }, times: 1 });
  const plain = model(fake);
  const tools = [{ name: "look", description: "looks", parameters: { type: "object" } }];
  const request = { ...ask(FAKE_MODEL), tools };
  const [told, ...parts] = await collect(plain.stream(request, never()));
  assertEquals(parts, [{ type: "text", text: "Yes" }, { type: "finish", reason: "stop" }]);
  assertStringIncludes(told?.type === "fallback" ? told.message : "", "answers without them");
  assertEquals(await collect(plain.stream(request, never())), parts);
  const offered = (await fake.stats()).requests.map(({ body }) => "tools" in (body as object));
  assertEquals(offered, [true, false, false]);
});

Deno.test("OpenAiSse takes a JSON body, and says so when it is a web page [lmx 30]", async () => {
  await using fake = await startFakeModel();
  const json = JSON.stringify({ choices: [{ message: { content: "Yes" }, finish_reason: "stop" }] });
  await fake.script({ raw: { chunks: [json], contentType: "application/json" }, times: 1 });
  const parts = await collect(model(fake).stream(ask(FAKE_MODEL), never()));
  assertEquals(parts, [{ type: "text", text: "Yes" }, { type: "finish", reason: "stop" }]);

  await fake.script({ raw: { chunks: ["<html>Sign in</html>"], contentType: "text/html", then: "hold" } });
  const { code, message } = await failureOf(model(fake).stream(ask(FAKE_MODEL), never()));
  assertEquals(code, "bad-response");
  assertStringIncludes(message, "web page");
});

Deno.test("OpenAiSse says what an HTTP error says", async () => {
  await using fake = await startFakeModel({ apiKey: "secret" });
  const refused = await failureOf(model(fake).stream(ask(FAKE_MODEL), never()));
  assertEquals([refused.code, refused.retryable], ["bad-response", false]);
  assertStringIncludes(refused.message, `${fake.host}:${fake.port} refused the API key (HTTP 401): Incorrect API key`);
  assertStringIncludes(refused.message, `"opta config set connection.apiKey KEY" or in OPTA_API_KEY`);

  const missing = await failureOf(model(fake, {}, "secret").stream(ask("other"), never()));
  assertEquals([missing.code, missing.retryable], ["no-model-loaded", true]);
  assertStringIncludes(missing.message, "Model 'other' is not loaded");
  assertStringIncludes(missing.message, `"opta config set model.default NAME"`);

  const cases: [status: number, body: string, code: string, retryable: boolean, said: string][] = [
    [400, `{"error":{"message":"too long","code":"context_length_exceeded"}}`, "context-overflow", false, "too long"],
    [429, `{"error":{"message":"slow down"}}`, "rate-limited", true, "(HTTP 429): slow down"],
    [500, `{"detail":"CUDA error"}`, "bad-response", true, "CUDA error"],
    [502, "<html>Bad gateway</html>", "bad-response", true, "it does not say why"],
    [400, "no JSON", "bad-response", false, "no JSON"],
    [307, "", "bad-response", false, "(HTTP 307)"],
  ];
  for (const [status, body, code, retryable, said] of cases) {
    await fake.script({ refuse: { status, body } });
    const failure = await failureOf(model(fake, {}, "secret").stream(ask(FAKE_MODEL), never()));
    assertEquals([failure.code, failure.retryable], [code, retryable], body);
    assertStringIncludes(failure.message, said);
  }
});

Deno.test("OpenAiSse ends in a failure when the answer breaks off; what was said is kept [lmx 1, 4]", async () => {
  await using fake = await startFakeModel();
  for (
    const [fault, expected] of [
      [{ kind: "error", after: 2, message: "GPU is gone" }, "reported an error: GPU is gone"],
      [{ kind: "drop", after: 2 }, "closed the connection in the middle of its answer"],
    ] as const
  ) {
    await fake.script({ tokens: ["a", "b", "c"], fault, pace: 500 });
    const { code, message, before } = await failureOf(model(fake).stream(ask(FAKE_MODEL), never()));
    assertEquals([code, before], ["bad-response", [{ type: "text", text: "ab" }]]);
    assertStringIncludes(message, expected);
  }
  await fake.script({ tokens: ["a"], finishReason: null, done: false });
  assertStringIncludes((await failureOf(model(fake).stream(ask(FAKE_MODEL), never()))).message, "broke off");
});

Deno.test("OpenAiSse says that nobody listens, and what to do", async () => {
  const fake = await startFakeModel();
  await fake.kill();
  const { code, message, retryable } = await failureOf(model(fake).stream(ask(FAKE_MODEL), never()));
  assertEquals([code, retryable], ["lmx-connection-refused", true]);
  assertEquals(
    message,
    `Cannot reach the model server at 127.0.0.1:${fake.port}: connection refused. ` +
      `Set another with "opta config set connection.host HOST" or start the server.`,
  );
  await fake[Symbol.asyncDispose]();
});

Deno.test({
  name: "OpenAiSse says that the daemon may not connect there",
  permissions: { net: ["127.0.0.1:1234"] },
  fn: async () => {
    const { code, message } = await failureOf(model({ url: "http://127.0.0.1:1235" }).stream(ask("m"), never()));
    assertEquals(code, "lmx-connection-refused");
    assertStringIncludes(message, "opta daemon restart");
  },
});

Deno.test("OpenAiSse gives up on a server that begins no answer, with headers or without [lmx 26, 28]", async () => {
  await using fake = await startFakeModel();
  for (const lateHeaders of [false, true]) {
    await fake.script({ prefill: "manual", lateHeaders });
    const { code, message } = await failureOf(
      model(fake, { firstTokenMs: 80, connectMs: 40 }).stream(ask(FAKE_MODEL), never()),
    );
    assertEquals(code, "first-token-timeout");
    assertStringIncludes(message, "did not begin to answer within 0.08 s");
    assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
  }
});

Deno.test("OpenAiSse gives up on an answer that stalls, comments or not [lmx 24, 25]", async () => {
  await using fake = await startFakeModel();
  for (const commentEveryMs of [undefined, 10]) {
    await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1, commentEveryMs } });
    const stalled = model(fake, { betweenTokensMs: 100 }).stream(ask(FAKE_MODEL), never());
    const { code, message, before } = await failureOf(stalled);
    assertEquals([code, before], ["lmx-timeout", [{ type: "text", text: "a" }]]);
    assertStringIncludes(message, "stopped in the middle of its answer");
    assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
  }
});

Deno.test("OpenAiSse waits longer for the first token than between tokens [lmx 28]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["a"], prefill: 120 });
  const parts = await collect(model(fake, { betweenTokensMs: 40 }).stream(ask(FAKE_MODEL), never()));
  assertEquals(parts[0], { type: "text", text: "a" });
});

Deno.test({
  name: "OpenAiSse says that no connection was made in time",
  ignore: Deno.build.os !== "linux", // only there a full backlog makes connecting wait
  fn: async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0, tcpBacklog: 1 });
    const { port } = listener.addr;
    const fillers: Deno.Conn[] = [];
    try {
      for (let i = 0; i < 2; i++) fillers.push(await Deno.connect({ hostname: "127.0.0.1", port }));
      const { code, message } = await failureOf(
        model({ url: `http://127.0.0.1:${port}` }, { connectMs: 100 }).stream(ask("m"), never()),
      );
      assertEquals(code, "connect-timeout");
      assertStringIncludes(message, "did not take the connection within 0.1 s");
    } finally {
      for (const filler of fillers) filler.close();
    }
  },
});

Deno.test("OpenAiSse cancels at the server during the prefill, before and after the headers [C2]", async () => {
  await using fake = await startFakeModel();
  for (const lateHeaders of [true, false]) {
    await fake.script({ prefill: "manual", lateHeaders });
    const cancel = new AbortController();
    const parts = collect(model(fake).stream(ask(FAKE_MODEL), cancel.signal));
    await fake.waitFor(isHeld);
    cancel.abort();
    assertEquals(await parts, [], "no last part");
    assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
  }
});

Deno.test("OpenAiSse cancels at the server between tokens [C2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["a", "b", "c"], fault: { kind: "stall", after: 1 } });
  const cancel = new AbortController();
  const parts = model(fake).stream(ask(FAKE_MODEL), cancel.signal);
  assertEquals((await parts.next()).value, { type: "text", text: "a" });
  const next = parts.next();
  cancel.abort();
  assertEquals(await next, { done: true, value: undefined }, "no last part");
  assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
});

Deno.test("OpenAiSse cancels at the server after a garbage collection, too [C2]", async () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage: () => void = runInNewContext("gc");
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 } });
  const cancel = new AbortController();
  const parts = model(fake).stream(ask(FAKE_MODEL), cancel.signal);
  await parts.next();
  const next = parts.next();
  await fake.waitFor(isHeld); // and with that, out of the call that made the request
  collectGarbage();
  cancel.abort();
  assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
  assertEquals(await next, { done: true, value: undefined });
});

Deno.test("OpenAiSse cancels a flood, though nobody reads on [C2]", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 10_000_000 });
  const cancel = new AbortController();
  const parts = model(fake).stream(ask(FAKE_MODEL), cancel.signal)[Symbol.asyncIterator]();
  assertEquals((await parts.next()).done, false);
  cancel.abort();
  assertEquals(endOf(await fake.waitFor((stats) => stats.active === 0)), "http_abort");
  assertEquals(await parts.next(), { done: true, value: undefined }, "what is left is dropped");
});

Deno.test("OpenAiSse does not ask when it is cancelled already", async () => {
  await using fake = await startFakeModel();
  assertEquals(await collect(model(fake).stream(ask(FAKE_MODEL), AbortSignal.abort())), []);
  assertEquals((await fake.stats()).requestCount, 0);
});
