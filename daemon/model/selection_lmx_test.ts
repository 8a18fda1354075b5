import { assert, assertEquals } from "@std/assert";
import { startFakeModel } from "../../tests/support/mod.ts";
import { ModelCounters } from "../observe/model_counters.ts";
import type { ModelChoice, ModelFailure, ModelPart } from "./model.ts";
import { ModelSelection, type ModelSettings, type ModelWish } from "./selection.ts";
import { ask as question, never } from "./testing/collect.ts";

const noWish: ModelWish = { model: null, provider: null };

/** On a server that the user has configured. */
function settings({ host, port }: { host: string; port: number }, changes: Partial<ModelSettings> = {}): ModelSettings {
  const configured = { host, port };
  return { configured, provider: "auto", baseUrl: null, defaultModel: null, apiKey: null, ...changes };
}

function chosen(choice: ModelChoice | ModelFailure): ModelChoice {
  assert(!("code" in choice), `it failed: ${JSON.stringify(choice)}`);
  return choice;
}

async function answerOf({ model, name }: ModelChoice): Promise<ModelPart[]> {
  return await Array.fromAsync(model.stream(question(name), never()));
}

Deno.test("an answer of LMX may be long, and is as long as the settings say", async () => {
  await using server = await startFakeModel({ models: [{ id: "a", state: "loaded" }] });
  for (
    const [provider, maxTokens, asked] of [
      ["lmx", undefined, 32_768],
      ["openai", undefined, undefined],
      ["lmx", 100, 100],
      ["openai", 100, 100],
    ] as const
  ) {
    await using selection = new ModelSelection(settings(server, { provider, maxTokens }));
    await answerOf(chosen(await selection.choose(noWish, never())));
    const { body } = (await server.stats()).requests.at(-1)!;
    assertEquals((body as { max_tokens?: number }).max_tokens, asked);
  }
});

Deno.test("a selection counts requests by transport, and why they went another way", async () => {
  const counters = new ModelCounters();
  await using server = await startFakeModel();
  await using selection = new ModelSelection(settings(server, { counters }));
  const ask = async (provider: string | null) =>
    await answerOf(chosen(await selection.choose({ ...noWish, provider }, never())));
  for (const provider of [null, "openai", "demo"]) await ask(provider);
  await server.script({ transport: "ws", fault: { kind: "drop", after: 0 } });
  await ask(null);
  assertEquals(counters.read(), { requests: { ws: 1, sse: 2, builtin: 1 }, fallbacks: { broken: 1 }, retries: {} });
});

Deno.test("a server that failed in the middle of an answer keeps its socket", async () => {
  await using server = await startFakeModel();
  await using selection = new ModelSelection(settings(server));
  await server.script({ tokens: ["a", "b"], fault: { kind: "error", after: 1, message: "GPU is gone" }, times: 1 });
  assertEquals((await answerOf(chosen(await selection.choose(noWish, never())))).at(-1)?.type, "error");
  await answerOf(chosen(await selection.choose(noWish, never())));
  assertEquals((await server.stats()).sockets.opened, 2, "one to see whether there is one, and one to use");
});

Deno.test("a server that had LMX's socket and has none to give now is LMX still", async () => {
  const before = await startFakeModel();
  await using selection = new ModelSelection(settings(before));
  const known = chosen(await selection.choose(noWish, never()));
  await before.kill();
  assertEquals((await answerOf(known)).at(-1)?.type, "error");
  await before[Symbol.asyncDispose]();
  await using _after = await startFakeModel({ port: before.port, refuseSocket: 503 });
  assertEquals((await selection.describe()).provider, "lmx");
  assertEquals((await answerOf(chosen(await selection.choose(noWish, never())))).at(-1)?.type, "finish");
});
