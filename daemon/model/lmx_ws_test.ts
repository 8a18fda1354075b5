import { assertEquals, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, startFakeModel } from "../../tests/support/mod.ts";
import { probeLmxSocket } from "./lmx_ws.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";
import { holds, isIdle, latest, lmx, stop, text } from "./testing/lmx.ts";

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
    await fake.waitFor(holds(1));
    await fake.step();
    assertEquals(await next, { done: false, value: text(piece) });
  }
  await parts.return();
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
});

Deno.test("LmxWs does not ask when it is cancelled already", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), AbortSignal.abort())), []);
  assertEquals((await fake.stats()).sockets.opened, 0);
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

Deno.test("LmxWs gives up on a server that does not begin, or stalls, and trusts its socket no more [lmx 24, 27]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, { firstTokenMs: 80, betweenTokensMs: 80 });
  await fake.script({ prefill: "manual", times: 1 });
  const silent = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals(silent.code, "first-token-timeout");
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
  assertEquals(code, "connect-timeout");
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

Deno.test("LmxWs says that a server may have a socket in a moment", async () => {
  await using fake = await startFakeModel({ refuseSocket: 503 });
  await using model = lmx(fake);
  const { code, again } = await failureOf(model.stream(ask(FAKE_MODEL), never()));
  assertEquals([code, again], ["bad-response", { afterMs: null }]);
});

Deno.test("probeLmxSocket() tells a server with LMX's socket from others, and from those that cannot be asked now", async () => {
  await using fake = await startFakeModel();
  const probe = () => probeLmxSocket({ host: fake.host, port: fake.port, apiKey: null }, never());
  assertEquals(await probe(), true);
  await fake.waitFor((stats) => stats.sockets.opened === 1 && stats.sockets.open === 0);
  await fake.configure({ lmx: false });
  assertEquals(await probe(), false);
  await fake.configure({ lmx: true, refuseSocket: 426 });
  assertEquals(await probe(), false);
  await fake.configure({ refuseSocket: 429 });
  assertEquals(await probe(), null);
  await fake.kill();
  assertEquals(await probe(), null);
});
