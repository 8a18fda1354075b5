import { assertEquals } from "@std/assert";
import { ModelCounters } from "../observe/model_counters.ts";
import type { Model, ModelPart, ModelRequest } from "./model.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { WatchedModel } from "./watched_model.ts";

/** A model that answers with these parts, and the requests that it saw. */
function modelOf(parts: ModelPart[]): Model & { seen: ModelRequest[] } {
  const seen: ModelRequest[] = [];
  return {
    provider: "lmx",
    transport: "ws",
    seen,
    async *stream(request) {
      seen.push(request);
      yield* parts;
    },
  };
}

const failure = { code: "lmx-ws-closed", message: "It closed.", retryable: true } as const;

Deno.test("WatchedModel counts a request once, by the way on which it ended", async () => {
  const counters = new ModelCounters();
  const ways: ModelPart[][] = [
    [{ type: "text", text: "a" }, { type: "finish", reason: "stop" }],
    [{ type: "error", failure }],
    [{ type: "fallback", transport: "sse", message: "" }, { type: "finish", reason: "stop" }],
  ];
  for (const parts of ways) await collect(new WatchedModel(modelOf(parts), { counters }).stream(ask("m"), never()));
  for await (const _ of new WatchedModel(modelOf(ways[0]!), { counters }).stream(ask("m"), never())) break;
  assertEquals(counters.read().requests, { ws: 3, sse: 1 });
});

Deno.test("WatchedModel counts a request of which the end is not read", async () => {
  const counters = new ModelCounters();
  const parts: ModelPart[] = [{ type: "text", text: "a" }, { type: "finish", reason: "stop" }];
  const model = new WatchedModel(modelOf(parts), { counters });
  const finished = model.stream(ask("m"), never());
  for (let i = 0; i < 2; i++) await finished.next();
  assertEquals(counters.read().requests, { ws: 1 });
  const cancel = new AbortController();
  await model.stream(ask("m"), cancel.signal).next();
  cancel.abort();
  assertEquals(counters.read().requests, { ws: 2 });
});

Deno.test("WatchedModel tells of failures", async () => {
  const told: string[] = [];
  const model = new WatchedModel(modelOf([{ type: "error", failure }]), { onFailure: ({ code }) => told.push(code) });
  await collect(model.stream(ask("m"), never()));
  assertEquals(told, ["lmx-ws-closed"]);
});

Deno.test("WatchedModel limits an answer unless the request does", async () => {
  const model = modelOf([]);
  await collect(new WatchedModel(model, {}).stream(ask("m"), never()));
  await collect(new WatchedModel(model, { maxTokens: 9 }).stream(ask("m"), never()));
  await collect(new WatchedModel(model, { maxTokens: 9 }).stream({ ...ask("m"), maxTokens: 5 }, never()));
  assertEquals(model.seen.map(({ maxTokens }) => maxTokens), [undefined, 9, 5]);
});
