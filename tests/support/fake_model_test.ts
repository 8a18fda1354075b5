import { assert, assertEquals, assertGreaterOrEqual, assertRejects, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, type FakeModel, readStamps, sharedNowMs, startFakeModel, type Stats } from "./mod.ts";

const isIdle = (stats: Stats) => stats.active === 0;
const isHeld = (stats: Stats) => stats.requests.at(-1)?.held === true;

function complete(fake: FakeModel, more: object = {}, signal?: AbortSignal): Promise<Response> {
  const messages = [{ role: "user", content: "one two" }];
  const body = JSON.stringify({ model: FAKE_MODEL, messages, stream: true, ...more });
  return fetch(`${fake.url}/v1/chat/completions`, { method: "POST", body, signal });
}

/** The data of each event, parsed where it is JSON. */
async function eventsOf(response: Response): Promise<unknown[]> {
  const text = await response.text();
  return text.split("\n\n").filter(Boolean).map((event) => {
    const data = event.slice("data: ".length);
    return data.startsWith("{") ? JSON.parse(data) : data;
  });
}

async function openSocket(fake: FakeModel) {
  const socket = new WebSocket(`ws://${fake.host}:${fake.port}/v1/chat/stream`);
  const frames: { type: string; request_id: string | null; content?: string; finish_reason?: string }[] = [];
  let wake = () => {};
  socket.onmessage = ({ data }) => {
    frames.push(JSON.parse(data));
    wake();
  };
  const closed = new Promise<void>((resolve) => socket.onclose = () => resolve());
  await new Promise<void>((resolve) => socket.onopen = () => resolve());
  return {
    socket,
    frames,
    send: (message: object) => socket.send(JSON.stringify(message)),
    async until(isWanted: () => boolean) {
      while (!isWanted()) await new Promise<void>((resolve) => wake = resolve);
    },
    async [Symbol.asyncDispose]() {
      socket.close();
      await closed;
    },
  };
}

Deno.test("the fake streams chat completions as OpenAI does", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["a", "b"] });
  const events = await eventsOf(await complete(fake));
  const { requestId } = (await fake.stats()).requests[0]!;
  const head = { id: requestId, object: "chat.completion.chunk", created: 1700000000, model: FAKE_MODEL };
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    ...head,
    choices: [{ index: 0, delta, finish_reason }],
  });
  assertEquals(events, [
    chunk({ role: "assistant", content: "" }),
    chunk({ content: "a" }),
    chunk({ content: "b" }),
    chunk({}, "stop"),
    { ...head, choices: [], usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 } },
    "[DONE]",
  ]);
});

Deno.test("the fake answers with a document when no stream is asked for", async () => {
  await using fake = await startFakeModel();
  await fake.script({ thinking: ["Hm"], toolCalls: [{ id: "a", name: "f", arguments: ["{", "}"] }], usage: false });
  const { choices } = await (await complete(fake, { stream: false })).json();
  assertEquals(choices[0], {
    index: 0,
    message: {
      role: "assistant",
      content: "Hello, world.",
      reasoning_content: "Hm",
      tool_calls: [{ id: "a", type: "function", function: { name: "f", arguments: "{}" } }],
    },
    finish_reason: "stop",
  });
});

Deno.test("the fake lists its models, asks for its key and is LMX or not", async () => {
  await using fake = await startFakeModel({ apiKey: "secret", lmx: false });
  const list = () => fetch(`${fake.url}/v1/models`, { headers: { authorization: "Bearer secret" } });
  assertEquals((await (await list()).json()).data, [{ id: FAKE_MODEL, object: "model", state: "loaded" }]);
  const refused = await fetch(`${fake.url}/v1/models`);
  assertEquals([refused.status, (await refused.json()).error.code], [401, "invalid_api_key"]);

  await fake.configure({ apiKey: null, models: [{ id: "m", state: "available" }] });
  const socketPath = async () => {
    const response = await fetch(`${fake.url}/v1/chat/stream`);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await socketPath(), 404);
  await fake.configure({ lmx: true });
  assertEquals(await socketPath(), 426);
  const missing = await complete(fake, { model: "m" });
  assertEquals([missing.status, (await missing.json()).error.message], [404, "Model 'm' is not loaded"]);
});

Deno.test("the fake goes on step by step, and says where it waits", async () => {
  await using fake = await startFakeModel();
  await fake.script({ prefill: "manual", tokens: ["a"], pace: "manual" });
  const response = await complete(fake);
  const seen = (await fake.waitFor(isHeld)).requests[0]!;
  assertEquals([seen.sent, seen.firstSentAtMs], [0, null]);
  await fake.step(); // the prefill
  await fake.step(); // the token
  const { requests } = await fake.waitFor((stats) => stats.requests[0]?.sent === 1);
  assertEquals(requests[0]?.end, null);
  await fake.step(); // the ending
  assertEquals((await fake.waitFor(isIdle)).ended.finished, 1);
  assertStringIncludes(await response.text(), "[DONE]");
});

Deno.test("the newest rule that fits serves a request, as often as it says", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["all"], usage: false });
  await fake.script({ tokens: ["once"], times: 1 });
  await fake.script({ tokens: ["preset"], model: "preset:p" });
  const said = async (model: string) =>
    (await (await complete(fake, { stream: false, model })).json()).choices[0].message.content;
  assertEquals([await said(FAKE_MODEL), await said(FAKE_MODEL), await said("preset:p")], ["once", "all", "preset"]);
  await assertRejects(() => fake.script({ pace: -1 }), Error, "refused /_control/script");
});

Deno.test("tokens are stamped when they are sent, and no faster than the pace", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 40, pace: 1_000, stampTokens: true });
  const before = sharedNowMs();
  const events = await eventsOf(await complete(fake)) as { choices?: { delta: { content?: string } }[] }[];
  const stamps = readStamps(events.map((event) => event.choices?.[0]?.delta.content ?? "").join(""));
  assertEquals(stamps.length, 40);
  assertEquals(stamps, stamps.toSorted((a, b) => a - b));
  assert(stamps[0]! > before && stamps[39]! < sharedNowMs(), "the clock is shared");
  assertGreaterOrEqual(stamps[39]! - before, 39);
});

Deno.test("the fake misbehaves as told, and tells how each answer ended", async () => {
  await using fake = await startFakeModel();
  await fake.script({ refuse: { status: 503, body: "busy", contentType: "text/plain" }, times: 1 });
  const refused = await complete(fake);
  assertEquals([refused.status, await refused.text()], [503, "busy"]);

  await fake.script({ fault: { kind: "error", after: 1, message: "oops", code: "e" }, times: 1 });
  assertEquals((await eventsOf(await complete(fake))).slice(-2), [
    { error: { message: "oops", type: "server_error", code: "e" } },
    "[DONE]",
  ]);

  await fake.script({ fault: { kind: "drop", after: 1 }, times: 1 });
  await assertRejects(async () => await (await complete(fake)).text());

  await fake.script({ raw: { chunks: ["da", "ta: x\n\n"] }, times: 1 });
  assertEquals(await (await complete(fake)).text(), "data: x\n\n");

  await fake.script({ fault: { kind: "stall", after: 1, commentEveryMs: 1 }, times: 1 });
  const stalled = await complete(fake);
  await fake.waitFor(isHeld);
  await fake.step();
  assertStringIncludes(await stalled.text(), "[DONE]");

  await fake.script({ prefill: "manual", lateHeaders: true });
  for (const stream of [true, false]) {
    const cancel = new AbortController();
    const cancelled = complete(fake, { stream }, cancel.signal).catch((error) => error.name);
    await fake.waitFor(isHeld);
    cancel.abort();
    assertEquals(await cancelled, "AbortError");
    await fake.waitFor(isIdle);
  }
  const { ended } = await fake.stats();
  assertEquals(ended, { finished: 2, failed: 2, dropped: 1, cancel_frame: 0, socket_closed: 0, http_abort: 2 });
});

Deno.test("the fake serves several chats on one socket, and tells cancelling from closing", async () => {
  await using fake = await startFakeModel();
  await fake.script({ model: "preset:held", tokens: ["a", "b"], fault: { kind: "stall", after: 1 } });
  await using chat = await openSocket(fake);
  const request = (model: string) =>
    chat.send({ type: "chat.request", model, messages: [{ role: "user", content: "Hi" }] });
  request("preset:held");
  request("preset:held");
  request(FAKE_MODEL);
  await chat.until(() => chat.frames.some(({ type }) => type === "chat.done"));
  const { requests } = await fake.stats();
  const [first, second, third] = requests.map(({ requestId }) => requestId);
  const saidBy = (id?: string) =>
    chat.frames.filter((frame) => frame.request_id === id).map((frame) => frame.content ?? "");
  assertEquals(saidBy(first), ["a"]);
  assertEquals(saidBy(second), ["a"]);
  assertEquals(saidBy(third).join(""), "Hello, world.");

  chat.send({ type: "chat.cancel", request_id: first });
  await chat.until(() => chat.frames.at(-1)?.finish_reason === "cancelled");
  chat.send({ type: "chat.cancel", request_id: first });
  await chat.until(() => chat.frames.at(-1)?.type === "chat.error");
  request("other");
  await chat.until(() => chat.frames.at(-1)?.request_id === null);
  chat.socket.close();
  const { ended, sockets } = await fake.waitFor((stats) => isIdle(stats) && stats.sockets.open === 0);
  assertEquals(ended, { finished: 1, failed: 1, dropped: 0, cancel_frame: 1, socket_closed: 1, http_abort: 0 });
  assertEquals(sockets.opened, 1);
});

Deno.test("waitFor() fails after a time, and says what it saw", async () => {
  await using fake = await startFakeModel();
  await assertRejects(() => fake.waitFor((stats) => stats.requestCount === 1, 20), Error, `"requestCount": 0`);
});

Deno.test("the fake ends with who started it", async () => {
  const main = new URL("fake_model_main.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--allow-net=127.0.0.1", main],
    stdin: "null",
    stdout: "null",
  }).spawn();
  assertEquals((await child.status).code, 0);
});
