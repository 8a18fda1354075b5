/** What ModelSelection does with the cloud: as a provider, as a fallback, and with its keys. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FakeAnthropic } from "../../tests/support/fake_anthropic.ts";
import type { AnthropicSettings } from "./anthropic_account.ts";
import type { ModelChoice, ModelPart } from "./model.ts";
import { ModelSelection } from "./selection.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { at, choose, chosen, failed, noWish, settings } from "./testing/selection.ts";
import { closedPort, ListServer } from "./testing/list_server.ts";

async function lastOf({ model, name }: ModelChoice): Promise<ModelPart | undefined> {
  return (await collect(model.stream(ask(name), never()))).at(-1);
}

const account = (changes: Partial<AnthropicSettings> = {}): { anthropic: AnthropicSettings } => ({
  anthropic: { apiKey: "the-secret-key", model: null, baseUrl: null, ...changes },
});

Deno.test("choose() takes Anthropic for the settings or for a turn, with a model of its own", async () => {
  await using server = new ListServer({ list: [{ id: "a" }] });
  const local = { ...at(server), defaultModel: "qwen" };
  await using byWish = new ModelSelection(settings({ ...local, ...account() }));
  assertEquals(await choose(byWish, { provider: "anthropic" }), "anthropic claude-sonnet-5 sse");
  assertEquals(await choose(byWish, { provider: "anthropic", model: "claude-x" }), "anthropic claude-x sse");
  assertEquals(server.asked, []);
  assertEquals(await choose(byWish), "openai qwen sse");

  const provider = "anthropic";
  await using bySettings = new ModelSelection(settings({ ...local, provider, ...account({ model: "claude-y" }) }));
  assertEquals(await choose(bySettings), "anthropic claude-y sse");
  assertEquals(await choose(bySettings, { provider: "openai" }), "openai qwen sse");
  assertEquals(await choose(bySettings, { provider: "demo" }), "opta-demo opta-demo builtin");
  const { reason, ...status } = await bySettings.describe();
  assertEquals(status, { provider, model: "claude-y", transport: "sse" });
  assertStringIncludes(reason, "api.anthropic.com");
  await using demo = new ModelSelection(settings({ provider, defaultModel: "opta-demo", ...account() }));
  assertEquals(await choose(demo), "anthropic claude-sonnet-5 sse", "model.default is of the model server");
});

Deno.test("choose() says where the key of Anthropic is set, when there is none", async () => {
  await using selection = new ModelSelection(settings({ provider: "anthropic" }));
  const { retryable, message, again } = failed(await selection.choose(noWish, never()));
  assertEquals([retryable, again], [false, undefined]);
  assertStringIncludes(message, "opta config set anthropic.apiKey");
  assertStringIncludes(message, "ANTHROPIC_API_KEY");
  assertEquals((await selection.describe()).reason, message);
  assertEquals((await selection.listModels(never())).reason, message);
});

Deno.test("listModels() lists Anthropic's, or says why it cannot", async () => {
  await using fake = new FakeAnthropic({ apiKey: "the-secret-key", models: ["claude-a"] });
  const provider = "anthropic";
  await using selection = new ModelSelection(settings({ provider, ...account({ baseUrl: fake.url }) }));
  const { reason: _, ...listing } = await selection.listModels(never());
  assertEquals(listing, { provider, models: [{ id: "claude-a", loaded: null }] });
  await using wrong = new ModelSelection(
    settings({ provider, ...account({ baseUrl: fake.url, apiKey: "wrong-key" }) }),
  );
  const { models, reason } = await wrong.listModels(never());
  assertEquals(models, []);
  assertStringIncludes(reason, "refused the API key");
  assertEquals(reason.includes("wrong-key"), false);
});

Deno.test("fallback() is Anthropic when the user has set it, and the turn asks for no provider", async () => {
  await using fake = new FakeAnthropic();
  const fallback = "anthropic";
  await using selection = new ModelSelection(settings({ fallback, ...account({ baseUrl: fake.url }) }));
  for (const wish of [noWish, { model: "qwen", provider: null }, { model: null, provider: "auto" }]) {
    const choice = selection.fallback(wish);
    assert(choice);
    assertEquals([choice.model.provider, choice.name], ["anthropic", "claude-sonnet-5"]);
    assertStringIncludes(choice.reason, "provider.fallback");
    assertEquals(await lastOf(choice), { type: "finish", reason: "stop" });
  }
  for (const provider of ["lmx", "openai", "anthropic", "demo"]) {
    assertEquals(selection.fallback({ model: null, provider }), null);
  }
  for (const changes of [{ ...account() }, { fallback }, { fallback, provider: fallback, ...account() }] as const) {
    await using without = new ModelSelection(settings(changes));
    assertEquals(without.fallback(noWish), null);
  }
});

Deno.test("choose() fails rather than take the demo, when there is a fallback", async () => {
  const nothing = { loopbackPorts: [closedPort()], fallback: "anthropic" } as const;
  await using selection = new ModelSelection(settings({ ...nothing, ...account() }));
  const failure = failed(await selection.choose(noWish, never()));
  assertStringIncludes(failure.message, "No model server found");
  assertEquals(failure.message.includes("no API key"), false);
  assertStringIncludes(
    (await selection.describe()).reason,
    "claude-sonnet-5 at Anthropic (api.anthropic.com) answers",
  );

  await using keyless = new ModelSelection(settings(nothing));
  const { message } = failed(await keyless.choose(noWish, never()));
  assertStringIncludes(message, "No model server found");
  assertStringIncludes(message, "The fallback to Anthropic has no API key. Set one with");
  assertStringIncludes((await keyless.describe()).reason, "The fallback to Anthropic has no API key.");
  assertEquals(
    failed(await keyless.choose({ model: null, provider: "openai" }, never())).message.includes("API key"),
    false,
  );
});

Deno.test("a failure of a turn that might have gone elsewhere says why it did not", async () => {
  await using server = new ListServer({ list: [{ id: "a" }] });
  await using selection = new ModelSelection(settings({ ...at(server), fallback: "anthropic" }));
  const choice = chosen(await selection.choose(noWish, never()));
  await server[Symbol.asyncDispose]();
  const last = await lastOf(choice);
  assert(last?.type === "error" && last.failure.again);
  assertStringIncludes(last.failure.message, "connection refused");
  assertStringIncludes(last.failure.message, "The fallback to Anthropic has no API key.");
});

Deno.test("no failure repeats a key, whoever sends it back", async () => {
  const echo = () => Response.json({ error: { message: "no: the-secret-key" } }, { status: 403 });
  await using server = new ListServer({ list: echo });
  await using local = new ModelSelection(settings({ ...at(server), apiKey: "the-secret-key" }));
  const reasons = [
    failed(await local.choose(noWish, never())).message,
    (await local.describe()).reason,
    (await local.listModels(never())).reason,
  ];
  await using fake = new FakeAnthropic({ apiKey: "another" });
  await using cloud = new ModelSelection(settings({ provider: "anthropic", ...account({ baseUrl: fake.url }) }));
  const last = await lastOf(chosen(await cloud.choose(noWish, never())));
  assert(last?.type === "error");
  for (const reason of [...reasons, last.failure.message]) {
    assertStringIncludes(reason, "[redacted]");
    assertEquals(reason.includes("the-secret-key"), false);
  }
});
