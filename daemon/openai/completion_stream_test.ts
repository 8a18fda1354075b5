import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelPart } from "../model/model.ts";
import { MAX_CALLS_PER_STEP } from "../session/limits.ts";
import { Completion } from "./completion.ts";
import { completionStream } from "./completion_stream.ts";

/** Longer than any of these tests takes. */
const NO_STALL_MS = 60_000;

/** The stream of what a model says, and what becomes of the model. */
function stream(say: () => AsyncGenerator<ModelPart>, stallLimitMs = NO_STALL_MS) {
  const ended = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  async function* parts(): AsyncGenerator<ModelPart> {
    try {
      yield* say();
    } finally {
      released.resolve();
    }
  }
  const source = parts();
  const completion = new Completion({ model: "m", messages: [{ role: "user", content: "hi" }] });
  const response = source.next().then(({ value: first }) =>
    completionStream({
      completion,
      parts: source,
      first: first as ModelPart,
      includesUsage: false,
      stallLimitMs,
      onEnd: ended.resolve,
    })
  );
  return { response, ended: ended.promise, released: released.promise };
}

async function* endless(): AsyncGenerator<ModelPart> {
  for (;;) yield { type: "text", text: "on and on " };
}

Deno.test("completionStream() says so when the answer breaks off, as after the longest time", async () => {
  const { response, ended, released } = stream(async function* () {
    yield { type: "text", text: "half" };
  });
  const text = await (await response).text();
  assertStringIncludes(text, '"content":"half"');
  assertStringIncludes(text, '"error":{"message":"The answer did not come to its end');
  assert(!text.includes("[DONE]"), text);
  await Promise.all([ended, released]);
});

Deno.test("completionStream() ends an answer whose tool calls have no end", async () => {
  const { response, released } = stream(async function* () {
    for (let index = 0;; index++) {
      yield { type: "tool_call", index, id: `c${index}`, name: "f", argumentsDelta: "{}" };
    }
  });
  const text = await (await response).text();
  assertStringIncludes(text, '"error":{"message":"The model\'s tool calls have no end');
  assertEquals(text.match(/"tool_calls"/g)?.length, MAX_CALLS_PER_STEP);
  await released;
});

Deno.test("completionStream() lets go of the model when its reader leaves [C2]", async () => {
  const { response, ended, released } = stream(endless);
  const reader = (await response).body!.getReader();
  await reader.read();
  await reader.cancel();
  await Promise.all([ended, released]);
});

Deno.test("completionStream() lets go of a reader that stands still, and of the model [R5]", async () => {
  const { response, ended, released } = stream(endless, 1);
  const reader = (await response).body!.getReader();
  await reader.read();
  await Promise.all([ended, released]);
  await reader.read().then(() => reader.read()).then(() => assert(false), () => {});
});
