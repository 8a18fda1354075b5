import { assert, assertEquals, assertGreater } from "@std/assert";
import { DemoModel, type DemoPace, readingPace, TOKENS_PER_SECOND } from "./demo_model.ts";
import type { ModelPart, ModelRequest } from "./model.ts";
import { specsOf } from "./testing/demo_world.ts";

const fullSpeed: DemoPace = { ...readingPace, tokensPerSecond: Infinity };
const never = new AbortController().signal;

const ask = (content: string, more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: "opta-demo",
  messages: [{ role: "user", content }],
  ...more,
});

async function collect(parts: AsyncIterable<ModelPart>): Promise<ModelPart[]> {
  return await Array.fromAsync(parts);
}

function textOf(parts: ModelPart[], type: "text" | "thinking" = "text"): string {
  return parts.flatMap((part) => part.type === type ? [part.text] : []).join("");
}

/** A clock that moves only while somebody waits for it, and by `lateMs` more than was asked for. */
function fakePace(lateMs = 0) {
  const clock = { nowMs: 1_000, waits: [] as number[] };
  const pace: DemoPace = {
    tokensPerSecond: TOKENS_PER_SECOND,
    now: () => clock.nowMs,
    delay: (ms) => {
      clock.waits.push(ms);
      clock.nowMs += ms + (ms > 0 ? lateMs : 0);
      return Promise.resolve();
    },
  };
  return { clock, pace };
}

Deno.test("stream() sends the answer in pieces, then usage, then finish", async () => {
  const parts = await collect(new DemoModel(fullSpeed).stream(ask("count to 20"), never));
  assertEquals(textOf(parts), Array.from({ length: 20 }, (_, i) => i + 1).join("\n"));
  assertGreater(parts.length, 20);
  assertEquals(parts.slice(-2), [
    { type: "usage", promptTokens: 3, completionTokens: 13, source: "estimated" },
    { type: "finish", reason: "stop" },
  ]);
});

Deno.test("stream() sends the thinking before the text", async () => {
  const parts = await collect(new DemoModel(fullSpeed).stream(ask("think aloud and count to 3"), never));
  const kinds = parts.map((part) => part.type);
  assertGreater(kinds.filter((kind) => kind === "thinking").length, 10);
  assert(kinds.lastIndexOf("thinking") < kinds.indexOf("text"));
  assertEquals(textOf(parts), "1\n2\n3");
});

Deno.test("stream() gives the same parts each time", async () => {
  const model = new DemoModel(fullSpeed);
  const request = ask("write a poem of 40 lines");
  assertEquals(await collect(model.stream(request, never)), await collect(model.stream(request, never)));
});

Deno.test("stream() keeps to reading speed, whatever the delay of the timers", async () => {
  for (const lateMs of [0, 7]) {
    const { clock, pace } = fakePace(lateMs);
    const parts = await collect(new DemoModel(pace).stream(ask("write a poem of 20 lines"), never));
    const tokens = parts.length - 2;
    const idealMs = (tokens - 1) * 1_000 / TOKENS_PER_SECOND;
    assert(Math.abs(clock.nowMs - 1_000 - idealMs) <= lateMs + 0.001, `${clock.nowMs - 1_000} ms for ${tokens} tokens`);
  }
});

Deno.test("stream() sends the first token without waiting", async () => {
  const { clock, pace } = fakePace();
  for await (const _ of new DemoModel(pace).stream(ask("hello"), never)) break;
  assertEquals(clock.waits, []);
});

Deno.test("stream() lets the event loop run while it catches up", async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks += 1, 0);
  try {
    await collect(new DemoModel(fullSpeed).stream(ask("count to 10000"), never));
  } finally {
    clearInterval(timer);
  }
  assertGreater(ticks, 0);
});

Deno.test("stream() ends at once and without a last part when it is aborted while it waits", async () => {
  const abort = new AbortController();
  const parts = collect(
    new DemoModel({ ...readingPace, tokensPerSecond: 1 / 3_600 }).stream(ask("count to 20"), abort.signal),
  );
  abort.abort();
  assertEquals(textOf(await parts), "1"); // the second one is due in an hour
  assertEquals((await parts).length, 1);
});

Deno.test("stream() sends nothing when it is aborted before it begins", async () => {
  assertEquals(await collect(new DemoModel(fullSpeed).stream(ask("hello"), AbortSignal.abort())), []);
});

Deno.test("stream() sends nothing after an abort, not even the usage", async () => {
  for (const stopAt of ["text", "usage"]) {
    const abort = new AbortController();
    const seen: string[] = [];
    for await (const part of new DemoModel(fullSpeed).stream(ask("echo x"), abort.signal)) {
      seen.push(part.type);
      if (part.type === stopAt) abort.abort();
    }
    assertEquals(seen.at(-1), stopAt);
  }
});

Deno.test("stream() keeps to maxTokens and says that it was cut", async () => {
  const parts = await collect(new DemoModel(fullSpeed).stream(ask("count to 20", { maxTokens: 3 }), never));
  assertEquals(textOf(parts), "1\n2");
  assertEquals(parts.at(-1), { type: "finish", reason: "length" });
  const whole = await collect(new DemoModel(fullSpeed).stream(ask("echo one two", { maxTokens: 2 }), never));
  assertEquals(whole.at(-1), { type: "finish", reason: "stop" });
});

Deno.test("stream() sends calls in pieces after the text, without ids, and finishes for them", async () => {
  const request = ask("create a.txt that says hello there", { tools: specsOf(["write_file"]) });
  const parts = await collect(new DemoModel(fullSpeed).stream(request, never));
  const calls = parts.flatMap((part) => part.type === "tool_call" ? [part] : []);
  assertGreater(calls.length, 3);
  assertEquals(calls.map(({ index, id }) => [index, id]), calls.map(() => [0, null]));
  assertEquals(calls.flatMap(({ name }) => name ?? []), ["write_file"]);
  const args = calls.map(({ argumentsDelta }) => argumentsDelta).join("");
  assertEquals(JSON.parse(args), { path: "a.txt", content: "hello there\n" });
  assertEquals(textOf(parts), "Let me write `a.txt`.");
  assertEquals(parts.at(-1), { type: "finish", reason: "tool_calls" });
});

Deno.test("stream() that is cut in the middle of a call does not finish for it", async () => {
  const request = ask("create a.txt that says hello there", { tools: specsOf(["write_file"]), maxTokens: 8 });
  const parts = await collect(new DemoModel(fullSpeed).stream(request, never));
  assertEquals(parts.at(-1), { type: "finish", reason: "length" });
});
