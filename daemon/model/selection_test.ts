import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { startFakeModel } from "../../tests/support/mod.ts";
import type { ModelChoice, ModelPart } from "./model.ts";
import { ModelSelection } from "./selection.ts";
import { at, choose, chosen, failed, noWish, settings } from "./testing/selection.ts";
import { closedPort, hanging, ListServer } from "./testing/list_server.ts";
import { DEFAULT_TIMEOUTS } from "./timeouts.ts";

const never = new AbortController().signal;
const DEMO = "opta-demo opta-demo builtin";

async function answerOf({ model, name }: ModelChoice): Promise<ModelPart[]> {
  return await Array.fromAsync(model.stream({ model: name, messages: [{ role: "user", content: "hello" }] }, never));
}

Deno.test("choose() takes the demo when it is asked for, and asks no server", async () => {
  await using server = new ListServer({ list: [{ id: "a" }] });
  await using configured = new ModelSelection(settings(at(server)));
  for (const wish of [{ provider: "demo" }, { provider: "opta-demo" }, { model: "opta-demo" }]) {
    assertEquals(await choose(configured, wish), DEMO);
  }
  for (const changes of [{ provider: "demo" }, { defaultModel: "opta-demo" }] as const) {
    await using demo = new ModelSelection(settings({ ...at(server), ...changes }));
    assertEquals(await choose(demo), DEMO);
  }
  assertEquals(server.asked, []);
});

Deno.test("choose() takes the configured server and no other", async () => {
  await using configured = new ListServer({ list: [{ id: "configured" }] });
  await using other = new ListServer({ list: [{ id: "other" }] });
  await using selection = new ModelSelection(settings({ ...at(configured), loopbackPorts: [other.port] }));
  assertEquals(await choose(selection), "openai configured sse");
  assertEquals(other.asked, []);
});

Deno.test("choose() fails when the configured server is not there, and never takes the demo for it", async () => {
  const port = closedPort();
  await using other = new ListServer({ list: [{ id: "other" }] });
  await using selection = new ModelSelection(settings({ ...at({ port }), loopbackPorts: [other.port] }));
  const { code, message } = failed(await selection.choose(noWish, never));
  assertEquals(code, "lmx-connection-refused");
  assertStringIncludes(message, `127.0.0.1:${port}`);
  assertStringIncludes(message, "opta config set connection.host");
  assertEquals(other.asked, []);
});

Deno.test("choose() notices at once that a configured server has come", async () => {
  const port = closedPort();
  await using selection = new ModelSelection(settings(at({ port })));
  failed(await selection.choose(noWish, never));
  await using _server = new ListServer({ list: [{ id: "a" }], port });
  assertEquals(await choose(selection), "openai a sse");
});

Deno.test("choose() prefers a base URL to host and port, and takes it with its /v1", async () => {
  await using server = new ListServer({ list: [{ id: "a" }], lmx: true });
  const baseUrl = `http://127.0.0.1:${server.port}/api/v1`;
  await using selection = new ModelSelection(settings({ ...at({ port: closedPort() }), baseUrl, apiKey: "secret" }));
  assertEquals(await choose(selection), "openai a sse");
  assertEquals(server.asked, ["Bearer secret"]);
  assertEquals(server.socketCount, 0);
});

Deno.test("choose() speaks LMX's WebSocket where there is one, unless told otherwise", async () => {
  await using lmx = new ListServer({ list: [{ id: "a" }], lmx: true });
  await using other = new ListServer({ list: [{ id: "a" }] });
  for (
    const [server, provider, expected] of [
      [lmx, "auto", "lmx a ws"],
      [lmx, "lmx", "lmx a ws"],
      [lmx, "openai", "openai a sse"],
      [other, "auto", "openai a sse"],
      [other, "lmx", "lmx a sse"],
      [other, "openai", "openai a sse"],
    ] as const
  ) {
    await using bySettings = new ModelSelection(settings({ ...at(server), provider }));
    assertEquals(await choose(bySettings), expected);
    await using byWish = new ModelSelection(settings(at(server)));
    assertEquals(await choose(byWish, { provider }), expected);
  }
});

Deno.test("choose() takes the first server on this machine that has a chat model", async () => {
  await using page = new ListServer({ list: () => new Response("<html>") });
  await using missing = new ListServer({ list: () => new Response(null, { status: 404 }) });
  await using empty = new ListServer({ list: [{ id: "nomic-embed-text" }] });
  await using first = new ListServer({ list: [{ id: "first" }], lmx: true });
  await using second = new ListServer({ list: [{ id: "second" }] });
  const loopbackPorts = [closedPort(), page.port, missing.port, empty.port, first.port, second.port];
  await using selection = new ModelSelection(settings({ loopbackPorts }));
  assertEquals(await choose(selection), "lmx first ws");
});

Deno.test("choose() takes the demo when there is no server, and says how to set one", async () => {
  await using selection = new ModelSelection(settings({ loopbackPorts: [closedPort()], defaultModel: "qwen" }));
  const { reason } = chosen(await selection.choose(noWish, never));
  assertEquals(await choose(selection), DEMO);
  assertEquals(
    reason,
    "No model server found, so the built-in demo model answers. Set one with: opta config set connection.host HOST " +
      "(and connection.port PORT), or OPTA_HOST/OPTA_PORT.",
  );
});

Deno.test("choose() says so when the only server has no chat model", async () => {
  await using empty = new ListServer({ list: [{ id: "bge-m3" }] });
  await using selection = new ModelSelection(settings({ loopbackPorts: [empty.port] }));
  const { reason } = chosen(await selection.choose(noWish, never));
  assertStringIncludes(reason, `127.0.0.1:${empty.port} has no model to chat with, so the built-in demo model answers`);
});

Deno.test("choose() does not answer with the demo for who names another model or provider", async () => {
  await using selection = new ModelSelection(settings({ loopbackPorts: [closedPort()] }));
  for (const wish of [{ model: "qwen" }, { provider: "lmx" }, { provider: "openai" }]) {
    const failure = failed(await selection.choose({ ...noWish, ...wish }, never));
    assertEquals(failure.code, "lmx-connection-refused");
    assertStringIncludes(failure.message, "--provider demo");
  }
  const { message } = failed(await selection.choose({ model: null, provider: "claude" }, never));
  assertStringIncludes(message, "auto, lmx, openai, anthropic or demo");
});

Deno.test("choose() prefers what is asked for to the default, and that to the first loaded model", async () => {
  const list = [{ id: "listed", state: "available" }, { id: "loaded", state: "loaded" }];
  await using server = new ListServer({ list });
  await using plain = new ModelSelection(settings(at(server)));
  assertEquals(await choose(plain), "openai loaded sse");
  assertEquals(await choose(plain, { model: "preset:fast" }), "openai preset:fast sse");
  await using withDefault = new ModelSelection(settings({ ...at(server), defaultModel: "mine" }));
  assertEquals(await choose(withDefault), "openai mine sse");
  assertEquals(await choose(withDefault, { model: "preset:fast" }), "openai preset:fast sse");
});

Deno.test("choose() needs a name where a server lists no models", async () => {
  for (const list of [[], () => new Response(null, { status: 404 })]) {
    await using server = new ListServer({ list });
    await using selection = new ModelSelection(settings(at(server)));
    assertEquals(failed(await selection.choose(noWish, never)).code, "no-model-loaded");
    assertEquals(await choose(selection, { model: "mine" }), "openai mine sse");
  }
});

Deno.test("choose() gives the key to the configured server alone", async () => {
  await using server = new ListServer({ list: [{ id: "a" }] });
  await using configured = new ModelSelection(settings({ ...at(server), apiKey: "secret" }));
  await choose(configured);
  await using found = new ModelSelection(settings({ loopbackPorts: [server.port], apiKey: "secret" }));
  await choose(found);
  assertEquals(server.asked, ["Bearer secret", null]);
});

Deno.test("choose() asks a server once a minute, and waits for no answer of a server that it knows", async () => {
  let nowMs = 0;
  await using server = new ListServer({ list: [{ id: "a" }] });
  await using selection = new ModelSelection(settings({ loopbackPorts: [server.port] }), () => nowMs);
  await choose(selection);
  nowMs = 59_999;
  await choose(selection);
  assertEquals(server.asked.length, 1);

  const { promise: answer, resolve } = Promise.withResolvers<Response>();
  server.list = () => answer;
  nowMs = 60_000;
  assertEquals(await choose(selection), "openai a sse"); // while the server is being asked
  await server.askedTimes(2);
  resolve(Response.json({ data: [{ id: "b" }] }));
  const { models } = await selection.listModels(never);
  assertEquals(models, [{ id: "b", loaded: null }]);
  assertEquals(await choose(selection), "openai b sse");
  assertEquals(server.socketCount, 1);
});

Deno.test("choose() looks for a server again ten seconds after there was none", async () => {
  let nowMs = 0;
  const port = closedPort();
  await using selection = new ModelSelection(settings({ loopbackPorts: [port] }), () => nowMs);
  assertEquals(await choose(selection), DEMO);
  await using server = new ListServer({ list: [{ id: "a" }], port });
  nowMs = 9_999;
  assertEquals(await choose(selection), DEMO);
  assertEquals(server.asked, []);
  nowMs = 10_000;
  assertEquals(await choose(selection), "openai a sse");
});

Deno.test("choose() forgets a server that turned out to be gone, and how to talk to it", async () => {
  const port = closedPort();
  await using selection = new ModelSelection(settings(at({ port })));
  let known: ModelChoice;
  {
    await using _lmx = new ListServer({ list: [{ id: "a" }], lmx: true, port });
    known = chosen(await selection.choose(noWish, never));
    assertEquals(known.model.transport, "ws");
  }
  assertEquals((await answerOf(known)).map((part) => part.type), ["error"]);
  await using other = new ListServer({ list: [{ id: "b" }], port });
  assertEquals(await choose(selection), "openai b sse");
  assertEquals(other.socketCount, 1);
});

Deno.test("choose() shares one search among all who wait, and none of them can end it for the others", async () => {
  const { promise: answer, resolve } = Promise.withResolvers<Response>();
  await using server = new ListServer({ list: () => answer });
  await using selection = new ModelSelection(settings(at(server)));
  selection.warm();
  const abort = new AbortController();
  const impatient = selection.choose(noWish, abort.signal);
  const patient = [choose(selection), choose(selection)];
  await server.askedTimes(1);
  abort.abort();
  assertEquals(failed(await impatient).code, "interrupted");
  resolve(Response.json({ data: [{ id: "a" }] }));
  assertEquals(await Promise.all(patient), ["openai a sse", "openai a sse"]);
  assertEquals(server.asked.length, 1);
});

Deno.test("disposal ends a search that is under way", async () => {
  const { list, gaveUp } = hanging();
  await using server = new ListServer({ list });
  const selection = new ModelSelection(settings(at(server)));
  const waiting = selection.choose(noWish, never);
  await server.askedTimes(1);
  await selection[Symbol.asyncDispose]();
  failed(await waiting);
  failed(await selection.choose(noWish, never));
  await gaveUp;
});

Deno.test("listModels() asks the server anew, and lists the demo when that answers", async () => {
  await using server = new ListServer({ list: [{ id: "a", state: "loaded" }], lmx: true });
  await using selection = new ModelSelection(settings(at(server)));
  await choose(selection);
  server.list = [{ id: "a", state: "available" }, { id: "b", state: "loaded" }];
  const { provider, models } = await selection.listModels(never);
  assertEquals([provider, models], ["lmx", [{ id: "a", loaded: false }, { id: "b", loaded: true }]]);
  for (
    const changes of [{ provider: "demo" }, { loopbackPorts: [closedPort()] }, { defaultModel: "opta-demo" }] as const
  ) {
    await using demo = new ModelSelection(settings(changes));
    const { provider, models } = await demo.listModels(never);
    assertEquals([provider, models], ["opta-demo", [{ id: "opta-demo", loaded: true }]]);
  }
});

Deno.test("listModels() says why there is nothing to list", async () => {
  await using selection = new ModelSelection(settings({ ...at({ port: closedPort() }), provider: "lmx" }));
  const { provider, models, reason } = await selection.listModels(never);
  assertEquals([provider, models], ["lmx", []]);
  assertStringIncludes(reason, "connection refused");
});

Deno.test("describe() says what a turn would get", async () => {
  await using server = new ListServer({ list: [{ id: "a", state: "loaded" }], lmx: true });
  await using selection = new ModelSelection(settings(at(server)));
  const { reason, ...status } = await selection.describe();
  assertEquals(status, { provider: "lmx", model: "a", transport: "ws" });
  assertMatch(reason, /^The first loaded model of the server at 127\.0\.0\.1:\d+\./);
  await using demo = new ModelSelection(settings({ provider: "demo" }));
  assertEquals((await demo.describe()).model, "opta-demo");
  await using unreachable = new ModelSelection(settings({ ...at({ port: closedPort() }), defaultModel: "qwen" }));
  assertStringIncludes((await unreachable.describe()).reason, "connection refused");
});

Deno.test("describe() does not wait long for a server that does not answer", async () => {
  const { list, gaveUp } = hanging();
  await using server = new ListServer({ list });
  await using selection = new ModelSelection(settings(at(server)));
  assertStringIncludes((await selection.describe()).reason, "still looking");
  await selection[Symbol.asyncDispose]();
  await gaveUp;
});

Deno.test("a chosen model answers over either transport, and disposal closes its sockets", async () => {
  await using server = await startFakeModel({ lmx: true, apiKey: "secret" });
  const selection = new ModelSelection(settings({ ...at(server), apiKey: "secret", timeouts: DEFAULT_TIMEOUTS }));
  for (const provider of ["lmx", "openai"]) {
    const parts = await answerOf(chosen(await selection.choose({ model: null, provider }, never)));
    assertEquals(parts.flatMap((part) => part.type === "text" ? [part.text] : []).join(""), "Hello, world.");
    assertEquals(parts.at(-1), { type: "finish", reason: "stop" });
  }
  await selection[Symbol.asyncDispose]();
  await server.waitFor(({ sockets }) => sockets.open === 0);
});

Deno.test("another server on the same port is found out by the turn that fails on it", async () => {
  let nowMs = 0;
  const port = closedPort();
  await using selection = new ModelSelection(settings({ loopbackPorts: [port] }), () => nowMs);
  {
    await using _lmx = new ListServer({ list: [{ id: "a" }], lmx: true, port });
    assertEquals(await choose(selection), "lmx a ws");
  }
  await using _other = new ListServer({ list: [{ id: "b" }], port });
  nowMs = 600_000;
  const mistaken = chosen(await selection.choose(noWish, never));
  assertEquals(mistaken.model.transport, "ws"); // as far as is known
  assertEquals((await answerOf(mistaken)).map((part) => part.type), ["fallback", "error"]);
  assertEquals(await choose(selection), "openai b sse");
});

Deno.test("a model that is no longer loaded makes the next turn look again", async () => {
  await using server = await startFakeModel({ lmx: false, models: [{ id: "old", state: "loaded" }] });
  await using selection = new ModelSelection(settings(at(server)));
  const old = chosen(await selection.choose(noWish, never));
  await server.configure({ models: [{ id: "new", state: "loaded" }] });
  assertEquals((await answerOf(old)).at(-1)?.type, "error");
  assertEquals(await choose(selection), "openai new sse");
});

Deno.test("findServer() gives the server that turns use, and says whether the user named it", async () => {
  await using server = new ListServer({ list: [{ id: "a" }] });
  await using configured = new ModelSelection(settings(at(server)));
  const named = await configured.findServer(never);
  assert(named.kind === "server" && named.isConfigured);
  assertEquals(named.place.address.port, server.port);
  await using found = new ModelSelection(settings({ loopbackPorts: [server.port] }));
  const looked = await found.findServer(never);
  assert(looked.kind === "server" && !looked.isConfigured);
});

Deno.test("findServer() gives a server without models too: they can be loaded", async () => {
  await using server = new ListServer({ list: [] });
  await using selection = new ModelSelection(settings({ loopbackPorts: [server.port] }));
  assertEquals((await selection.findServer(never)).kind, "server");
});

Deno.test("findServer() says why there is none", async () => {
  await using gone = new ModelSelection(settings(at({ port: closedPort() })));
  assertEquals((await gone.findServer(never)).kind, "failure");
  for (const changes of [{}, { provider: "demo" }] as const) {
    await using selection = new ModelSelection(settings(changes));
    const found = await selection.findServer(never);
    assert(found.kind === "none");
    assertStringIncludes(found.reason, "opta config set connection.host");
  }
});

Deno.test("forgetServers() makes the next choice ask anew", async () => {
  await using server = new ListServer({ list: [{ id: "a", state: "loaded" }] });
  await using selection = new ModelSelection(settings(at(server)));
  assertEquals(await choose(selection), "openai a sse");
  server.list = [{ id: "b", state: "loaded" }];
  assertEquals(await choose(selection), "openai a sse");
  selection.forgetServers();
  assertEquals(await choose(selection), "openai b sse");
});
