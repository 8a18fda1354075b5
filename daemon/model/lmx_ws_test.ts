import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, type FakeModel, type SeenRequest, startFakeModel, type Stats } from "../../tests/support/mod.ts";
import { LmxWs, probeLmxSocket } from "./lmx_ws.ts";
import type { ModelPart } from "./model.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

function lmx(
  fake: { host: string; port: number },
  timeouts: Partial<ModelTimeouts> = {},
  apiKey: string | null = null,
) {
  return new LmxWs({ host: fake.host, port: fake.port, apiKey, timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts } });
}

/** The failure that an answer ends in, and what came before it. */
async function failureOf(parts: AsyncIterable<ModelPart>) {
  const collected = await collect(parts);
  const last = collected.at(-1);
  if (last?.type !== "error") throw new Error(`no failure at the end: ${JSON.stringify(collected)}`);
  return { ...last.failure, before: collected.slice(0, -1) };
}

const text = (text: string): ModelPart => ({ type: "text", text });
const stop: ModelPart = { type: "finish", reason: "stop" };
const latest = (stats: Stats): SeenRequest | undefined => stats.requests.at(-1);
const isIdle = (stats: Stats) => stats.active === 0;

/** Waits until so many requests are held. */
async function held(fake: FakeModel, count: number): Promise<Stats> {
  return await fake.waitFor((stats) => stats.requests.filter((request) => request.held).length === count);
}

Deno.test("LmxWs streams text, estimated usage and the finish reason", async () => {
  await using fake = await startFakeModel({ apiKey: "secret" });
  await using model = lmx(fake, {}, "secret");
  await fake.script({ tokens: ["<think>Hm.", "</think>", "Yes, ", "sir."], finishReason: "length" });
  const request = { ...ask(FAKE_MODEL, "Is it so, then?"), temperature: 0.5, maxTokens: 9 };
  assertEquals(await collect(model.stream(request, never())), [
    { type: "thinking", text: "Hm." },
    text("Yes, sir."),
    { type: "usage", promptTokens: 3, completionTokens: 6, source: "estimated" },
    { type: "finish", reason: "length" },
  ]);
  const seen = latest(await fake.stats());
  assertEquals([seen?.transport, seen?.authorization], ["ws", "Bearer secret"]);
  assertEquals(seen?.body, {
    type: "chat.request",
    model: FAKE_MODEL,
    messages: [{ role: "user", content: "Is it so, then?" }],
    stream: true,
    temperature: 0.5,
    max_tokens: 9,
  });
});

Deno.test("LmxWs passes tool calls on, and zeros are no usage", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  const toolCalls = [{ id: "a", name: "read", arguments: [`{"p":`, "1}"] }];
  await fake.script({ tokens: [], toolCalls, usage: false, finishReason: "tool_calls" });
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [
    { type: "tool_call", index: 0, id: "a", name: "read", argumentsDelta: "" },
    { type: "tool_call", index: 0, id: null, name: null, argumentsDelta: `{"p":` },
    { type: "tool_call", index: 0, id: null, name: null, argumentsDelta: "1}" },
    { type: "finish", reason: "tool_calls" },
  ]);
});

Deno.test("LmxWs yields each piece when it comes", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], pace: "manual" });
  const parts = model.stream(ask(FAKE_MODEL), never());
  for (const piece of ["a", "b"]) {
    const next = parts.next();
    await held(fake, 1);
    await fake.step();
    assertEquals(await next, { done: false, value: text(piece) });
  }
  await parts.return();
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
});

Deno.test("LmxWs uses one socket again for one request after another", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  for (let i = 0; i < 3; i++) assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  assertEquals((await fake.stats()).sockets, { opened: 1, open: 1 });
});

Deno.test("LmxWs lets no request wait for the prefill of another, and answers go to who asked", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ model: "preset:slow", prefill: "manual", tokens: ["slow"], usage: false });
  await fake.script({ model: FAKE_MODEL, tokens: ["quick"], usage: false });
  const slow = [1, 2, 3].map(() => collect(model.stream(ask("preset:slow"), never())));
  await held(fake, 3);
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [text("quick"), stop]);
  await fake.step();
  for (const parts of await Promise.all(slow)) assertEquals(parts, [text("slow"), stop]);
});

Deno.test("LmxWs shares sockets when all are in use, and keeps the answers apart", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  for (let i = 0; i < 20; i++) {
    await fake.script({ model: `preset:${i}`, tokens: [`${i}`, "-", `${i}`], pace: "manual", usage: false });
  }
  const answers = Array.from({ length: 20 }, (_, i) => collect(model.stream(ask(`preset:${i}`), never())));
  await held(fake, 16); // sixteen have a socket of their own and no name yet: the others wait
  assertEquals((await fake.stats()).requestCount, 16);
  await fake.step(); // their first frames give them names, and the rest is sent
  await held(fake, 20);
  const { sockets } = await fake.stats();
  assertEquals(sockets, { opened: 16, open: 16 });
  await fake.step(4);
  for (const [i, parts] of (await Promise.all(answers)).entries()) assertEquals(parts, [text(`${i}-${i}`), stop]);
});

Deno.test("LmxWs cancels a request that shares its socket and has no name yet with its first frame [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const others = Array.from({ length: 16 }, () => collect(model.stream(ask(FAKE_MODEL), never())));
  await held(fake, 16);
  await fake.step();
  const cancel = new AbortController();
  const cancelled = collect(model.stream(ask(FAKE_MODEL), cancel.signal));
  await held(fake, 17);
  cancel.abort();
  assertEquals(await cancelled, []);
  await fake.step(1, 17);
  const stats = await fake.waitFor((stats) => latest(stats)?.end !== null);
  assertEquals(latest(stats)?.end?.how, "cancel_frame");
  await fake.step(5);
  for (const parts of await Promise.all(others)) assertEquals(parts, [text("ab"), stop], "nobody else was cancelled");
});

Deno.test("LmxWs uses a socket again whose cancelled request ended in an error without a name", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const error = JSON.stringify({ type: "chat.error", request_id: null, error: "Out of memory" });
  await fake.script({ model: "preset:fails", prefill: "manual", raw: { chunks: [error] } });
  const others = Array.from({ length: 16 }, () => collect(model.stream(ask(FAKE_MODEL), never())));
  await held(fake, 16);
  await fake.step();
  const cancel = new AbortController();
  const cancelled = Array.from({ length: 16 }, () => collect(model.stream(ask("preset:fails"), cancel.signal)));
  await held(fake, 32);
  cancel.abort();
  assertEquals((await Promise.all(cancelled)).flat(), []);
  for (let number = 17; number <= 32; number++) await fake.step(1, number);
  const more = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor((stats) => stats.requestCount === 33 && latest(stats)?.held === true);
  assertEquals((await fake.stats()).sockets.opened, 16);
  await fake.step(5);
  for (const parts of await Promise.all([...others, more])) assertEquals(parts, [text("ab"), stop]);
});

Deno.test("LmxWs cancels at the server during the prefill, by closing the socket [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ prefill: "manual" });
  const cancel = new AbortController();
  const parts = collect(model.stream(ask(FAKE_MODEL), cancel.signal));
  await held(fake, 1);
  cancel.abort();
  assertEquals(await parts, [], "no last part");
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "socket_closed");
});

Deno.test("LmxWs cancels at the server between tokens, by name, and the socket goes on [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 }, times: 1 });
  const cancel = new AbortController();
  const parts = model.stream(ask(FAKE_MODEL), cancel.signal);
  assertEquals((await parts.next()).value, text("a"));
  const next = parts.next();
  cancel.abort();
  assertEquals(await next, { done: true, value: undefined }, "no last part");
  const stats = await fake.waitFor(isIdle);
  assertEquals(latest(stats)?.end?.how, "cancel_frame");

  // Frames of the cancelled one that come late are not taken for the first ones of the next.
  const late = latest(stats)!.requestId;
  const frames = [
    { type: "chat.token", request_id: late, content: "late" },
    { type: "chat.error", request_id: late, error: "Unknown request" },
    { type: "chat.token", request_id: "{{id}}", content: "next" },
    { type: "chat.done", request_id: "{{id}}", finish_reason: "stop" },
  ];
  await fake.script({ raw: { chunks: frames.map((frame) => JSON.stringify(frame)) } });
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [text("next"), stop]);
  assertEquals((await fake.stats()).sockets.opened, 1);
});

Deno.test("LmxWs cancels a flood, though nobody reads on [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: 10_000_000 });
  const cancel = new AbortController();
  const parts = model.stream(ask(FAKE_MODEL), cancel.signal);
  assertEquals((await parts.next()).done, false);
  cancel.abort();
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
  assertEquals(await parts.next(), { done: true, value: undefined }, "what is left is dropped");
});

Deno.test("LmxWs does not ask when it is cancelled already", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), AbortSignal.abort())), []);
  assertEquals((await fake.stats()).sockets.opened, 0);
});

Deno.test("LmxWs gives up an answer that is never read, rather than hold it in memory", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: 1_000_000 });
  const parts = model.stream(ask(FAKE_MODEL), never());
  await parts.next();
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
  const { code, message } = await failureOf(parts);
  assertEquals(code, "bad-response");
  assertStringIncludes(message, "faster than it could be taken");
});

Deno.test("LmxWs says what the server says of a request", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  const missing = await failureOf(model.stream(ask("other"), never()));
  assertEquals(missing.code, "no-model-loaded");
  assertStringIncludes(missing.message, "Model 'other' is not loaded");

  await fake.script({ tokens: ["a", "b"], fault: { kind: "error", after: 1, message: "GPU is gone" }, times: 1 });
  const broken = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals([broken.code, broken.before], ["bad-response", [text("a")]]);
  assertStringIncludes(broken.message, "GPU is gone");

  await fake.script({ tokens: ["a"], finishReason: "cancelled" });
  const cancelled = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertStringIncludes(cancelled.message, "cancelled the answer on its own");
});

Deno.test("LmxWs ignores frames of a kind that it does not know, and fails on known ones out of shape", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  const frames = (...frames: object[]) => ({ raw: { chunks: frames.map((frame) => JSON.stringify(frame)) } });
  const token = { type: "chat.token", request_id: "{{id}}", content: "a" };
  const done = { type: "chat.done", request_id: "{{id}}", finish_reason: null };
  await fake.script(
    frames({ type: "server.news", text: "hi" }, token, { type: "chat.mood", request_id: "{{id}}" }, done),
  );
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [text("a"), stop]);

  await fake.script(frames(token, { ...token, content: 7 }));
  const { code, before } = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals([code, before], ["bad-response", [text("a")]]);
  await fake.script({ raw: { chunks: ["{no json"] } });
  assertEquals((await failureOf(model.stream(ask(FAKE_MODEL), never()))).code, "bad-response");
});

Deno.test("LmxWs says that the socket closed in the middle of the answer; what was said is kept", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], fault: { kind: "drop", after: 1 }, times: 1 });
  const { code, before } = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals([code, before], ["lmx-ws-closed", [text("a")]]);
  assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop, "and connects again");
});

Deno.test("LmxWs says that the server died, and connects to the one that takes its place", async () => {
  const first = await startFakeModel();
  await using model = lmx(first);
  await first.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 } });
  const parts = model.stream(ask(FAKE_MODEL), never());
  assertEquals((await parts.next()).value, text("a"));
  await first.kill();
  assertEquals((await failureOf(parts)).code, "lmx-ws-closed");
  assertEquals((await failureOf(model.stream(ask(FAKE_MODEL), never()))).code, "lmx-connection-refused");
  await first[Symbol.asyncDispose]();

  await using _second = await startFakeModel({ port: first.port });
  assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
});

Deno.test("LmxWs asks again when a socket that it used before closes without a word", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.script({ fault: { kind: "drop", after: 0 }, times: 1 });
  assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  assertEquals((await fake.stats()).sockets.opened, 2);

  await fake.script({ fault: { kind: "drop", after: 0 } });
  assertEquals((await failureOf(model.stream(ask(FAKE_MODEL), never()))).code, "lmx-ws-closed", "but not for ever");
});

Deno.test("LmxWs gives up on a server that does not begin, or stalls, and trusts its socket no more [lmx 24, 27]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, { firstTokenMs: 80, betweenTokensMs: 80 });
  await fake.script({ prefill: "manual", times: 1 });
  const silent = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals(silent.code, "lmx-timeout");
  assertStringIncludes(silent.message, "did not begin to answer");
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "socket_closed");

  await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 }, times: 1 });
  const stalled = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals([stalled.code, stalled.before], ["lmx-timeout", [text("a")]]);
  assertStringIncludes(stalled.message, "stopped in the middle");
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
  await fake.waitFor((stats) => stats.sockets.open === 0);
});

Deno.test("LmxWs says that no connection was made in time", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }); // takes connections, and says nothing
  await using model = lmx({ host: "127.0.0.1", port: listener.addr.port }, { connectMs: 60 });
  const { code, message } = await failureOf(model.stream(ask("m"), never()));
  assertEquals(code, "lmx-timeout");
  assertStringIncludes(message, "did not take the connection within 0.06 s");
});

Deno.test("LmxWs says that a server has no such socket, or wants a key", async () => {
  await using fake = await startFakeModel({ lmx: false });
  await using model = lmx(fake);
  const without = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertStringIncludes(without.message, "does not speak LMX's WebSocket (HTTP 404)");
  await fake.configure({ apiKey: "secret" });
  assertStringIncludes(
    (await failureOf(model.stream(ask(FAKE_MODEL), never()))).message,
    "refused the API key (HTTP 401)",
  );
});

Deno.test({
  name: "LmxWs says that the daemon may not connect there",
  permissions: { net: ["127.0.0.1:1234"] },
  fn: async () => {
    await using model = lmx({ host: "127.0.0.1", port: 1235 });
    const { code, message } = await failureOf(model.stream(ask("m"), never()));
    assertEquals(code, "lmx-connection-refused");
    assertStringIncludes(message, "opta daemon restart");
  },
});

Deno.test("LmxWs closes a socket that has not been used for a minute", async () => {
  const { setTimeout } = globalThis;
  let minute: (() => void) | undefined;
  globalThis.setTimeout = ((run: () => void, ms?: number) => {
    if (ms === 60_000) minute = run;
    return setTimeout(run, ms);
  }) as typeof setTimeout;
  try {
    await using fake = await startFakeModel();
    await using model = lmx(fake, { betweenTokensMs: 30_000 });
    await collect(model.stream(ask(FAKE_MODEL), never()));
    assertEquals((await fake.stats()).sockets.open, 1);
    minute?.();
    await fake.waitFor((stats) => stats.sockets.open === 0);
    assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});

Deno.test("LmxWs does not use a socket again over which the machine may have slept [lmx 27]", async () => {
  const { now } = Date;
  try {
    await using fake = await startFakeModel();
    await using model = lmx(fake);
    await collect(model.stream(ask(FAKE_MODEL), never()));
    Date.now = () => now() + 120_000;
    assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
    assertEquals((await fake.stats()).sockets.opened, 2);
  } finally {
    Date.now = now;
  }
});

Deno.test("LmxWs closes its sockets when disposed of, which cancels what runs", async () => {
  await using fake = await startFakeModel();
  const model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 } });
  const parts = failureOf(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor((stats) => latest(stats)?.sent === 1);
  await model[Symbol.asyncDispose]();
  assertEquals((await parts).code, "lmx-ws-closed");
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "socket_closed");
  assertEquals(
    (await failureOf(model.stream(ask(FAKE_MODEL), never()))).code,
    "lmx-ws-closed",
    "and opens none any more",
  );
});

Deno.test("probeLmxSocket() tells a server with LMX's socket from others", async () => {
  await using fake = await startFakeModel();
  assert(await probeLmxSocket(fake.host, fake.port, null, never()));
  await fake.waitFor((stats) => stats.sockets.opened === 1 && stats.sockets.open === 0);
  await fake.configure({ lmx: false });
  assertEquals(await probeLmxSocket(fake.host, fake.port, null, never()), false);
  await fake.kill();
  assertEquals(await probeLmxSocket(fake.host, fake.port, null, never()), false);
});
