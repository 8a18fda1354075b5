import { assertEquals, assertStringIncludes } from "@std/assert";
import { answerEvents, type AnthropicEventJson, errorBody, toSse } from "../../tests/support/fake_anthropic.ts";
import { parseAnthropicStream } from "./anthropic_stream.ts";
import type { ModelPart } from "./model.ts";
import { collect } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";

const upstream = { server: "api.example", model: "m" };

async function* parse(chunks: Uint8Array[]): AsyncGenerator<ModelPart> {
  for await (const parts of parseAnthropicStream(ReadableStream.from(chunks), upstream)) yield* parts;
}

function partsOf(events: readonly AnthropicEventJson[]): AsyncGenerator<ModelPart> {
  return parse([bytesOf(events)]);
}

function bytesOf(events: readonly AnthropicEventJson[]): Uint8Array {
  return new TextEncoder().encode(events.map(toSse).join(""));
}

const text = (text: string): ModelPart => ({ type: "text", text });
const usage: ModelPart = { type: "usage", promptTokens: 12, completionTokens: 12, source: "reported" };
const finish = (reason: string): ModelPart => ({ type: "finish", reason });
const upTo = (type: string, events: readonly AnthropicEventJson[]) =>
  events.slice(0, events.findLastIndex((event) => event.type === type) + 1);

const rich = answerEvents({
  thinking: ["Hm", ", ä🤔."],
  text: ["Grüße", " 👋🏽 <think>no</think>"],
  tool: { id: "toolu_1", name: "read", json: ["", `{"pa`, `th":"ü"}`] },
});

Deno.test("an answer of Anthropic is the same wherever the network cuts it", async () => {
  const bytes = bytesOf(rich);
  const call = (id: string | null, name: string | null, argumentsDelta: string): ModelPart => {
    return { type: "tool_call", index: 0, id, name, argumentsDelta };
  };
  const whole = await collect(parse([bytes]));
  assertEquals(whole, [
    { type: "thinking", text: "Hm, ä🤔." },
    text("Grüße 👋🏽 <think>no</think>"),
    call("toolu_1", "read", ""),
    call(null, null, `{"pa`),
    call(null, null, `th":"ü"}`),
    usage,
    finish("tool_calls"),
  ]);
  for (let at = 1; at < bytes.length; at++) {
    assertEquals(await collect(parse([bytes.subarray(0, at), bytes.subarray(at)])), whole, `cut at byte ${at}`);
  }
  assertEquals(await collect(parse(Array.from(bytes, (byte) => new Uint8Array([byte])))), whole, "byte by byte");
});

Deno.test("an answer of Anthropic ends for reasons in the words of all transports", async () => {
  const cases = {
    end_turn: "stop",
    stop_sequence: "stop",
    max_tokens: "length",
    model_context_window_exceeded: "length",
    tool_use: "tool_calls",
    refusal: "content_filter",
    pause_turn: "pause_turn",
  };
  for (const [stopReason, reason] of Object.entries(cases)) {
    assertEquals(await collect(partsOf(answerEvents({ text: ["a"], stopReason }))), [text("a"), usage, finish(reason)]);
  }
});

Deno.test("an answer of Anthropic may have events, blocks and deltas that are not known here", async () => {
  const [start, ...rest] = answerEvents({ text: ["a"] });
  const events = [
    start!,
    { type: "telemetry", of: [1] },
    { type: "content_block_start", index: 0, content_block: { type: "redacted_thinking", data: "x" } },
    { type: "content_block_delta", index: 0, delta: { type: "citations_delta", citation: {} } },
    ...rest,
  ];
  assertEquals(await collect(partsOf(events)), [text("a"), usage, finish("stop")]);
});

Deno.test("parseAnthropicStream() yields a batch for events that say something, and none for others or pings", async () => {
  const [start, ping, blockStart, delta, blockStop, ...end] = answerEvents({ text: ["a"] });
  const of = (delta: object) => ({ type: "content_block_delta", index: 0, delta });
  const batches = async (...events: (AnthropicEventJson | undefined)[]) => {
    const chunks = events.map((event) => bytesOf([event!]));
    return await Array.fromAsync(parseAnthropicStream(ReadableStream.from(chunks), upstream));
  };
  const empty = [ping, { type: "telemetry" }, of({ type: "text_delta", text: "" }), of({ type: "thinking_delta" })];
  assertEquals(
    await batches(start, ...empty, blockStart, delta, ...empty, of({ type: "signature_delta" }), blockStop, ...end),
    [[], [text("a")], [], [], [usage, finish("stop")]],
    "the first counts, the answer, a delta that is not known here, the reason, the end",
  );
});

Deno.test("an answer of Anthropic that ends before its end is a failure; what it said is kept", async () => {
  for (const last of ["message_delta", "content_block_delta"]) {
    const { code, message, before } = await failureOf(partsOf(upTo(last, answerEvents({ text: ["a"] }))));
    assertEquals([code, before], ["bad-response", [text("a")]]);
    assertStringIncludes(message, "Anthropic at api.example broke off");
  }
  assertEquals((await failureOf(parse([]))).code, "bad-response");
});

Deno.test("an error in an answer of Anthropic is a failure of its kind, and nothing to be sent again", async () => {
  const begun = upTo("content_block_delta", answerEvents({ text: ["a"] }));
  const cases: [type: string, code: string, retryable: boolean][] = [
    ["overloaded_error", "bad-response", true],
    ["api_error", "bad-response", true],
    ["rate_limit_error", "rate-limited", true],
    ["invalid_request_error", "bad-response", false],
  ];
  for (const [type, code, retryable] of cases) {
    for (const before of [[], begun]) {
      const failure = await failureOf(
        partsOf([...before, errorBody(type, "Not now"), ...answerEvents({ text: ["b"] })]),
      );
      assertEquals([failure.code, failure.retryable, failure.again], [code, retryable, undefined], type);
      assertStringIncludes(failure.message, `Not now (${type}, request req_1)`);
      assertEquals(failure.before, before.length > 0 ? [text("a")] : []);
    }
  }
});

Deno.test("what is no event of the Messages API is a failure", async () => {
  const bodies = [`data: hello\n\n`, `data: {"choices":[]}\n\n`, `data: {"type":"content_block_delta","delta":1}\n\n`];
  for (const body of bodies) {
    const { code, message } = await failureOf(parse([new TextEncoder().encode(body)]));
    assertEquals(code, "bad-response");
    assertStringIncludes(message, "no event of the Messages API");
  }
});
