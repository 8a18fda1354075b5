import { assertEquals, assertStringIncludes } from "@std/assert";
import { parseCompletionStream } from "./completion_stream.ts";
import type { ModelPart } from "./model.ts";
import { collect } from "./testing/collect.ts";

const upstream = { server: "127.0.0.1:1234", model: "m" };

async function* parse(chunks: Uint8Array[]): AsyncGenerator<ModelPart> {
  const bytes = ReadableStream.from(chunks);
  for await (const parts of parseCompletionStream(bytes, upstream)) yield* parts;
}

/** Parses a body, and asserts that it means the same wherever the network cuts it in two, and byte by byte. */
async function partsOf(body: string): Promise<ModelPart[]> {
  const bytes = new TextEncoder().encode(body);
  const whole = await collect(parse([bytes]));
  for (let at = 1; at < bytes.length; at++) {
    const parts = await collect(parse([bytes.subarray(0, at), bytes.subarray(at)]));
    assertEquals(parts, whole, `cut at byte ${at}`);
  }
  const single = Array.from(bytes, (byte) => new Uint8Array([byte]));
  assertEquals(await collect(parse(single)), whole, "byte by byte");
  return whole;
}

/** One event, as OpenAI writes it. */
function event(delta: unknown, finishReason: string | null = null, rest: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices, ...rest })}\n\n`;
}

const DONE = "data: [DONE]\n\n";
const STOP = event({}, "stop");
const USAGE = `data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n`;

const text = (text: string): ModelPart => ({ type: "text", text });
const finish = (reason: string): ModelPart => ({ type: "finish", reason });
const usage = { type: "usage", promptTokens: 3, completionTokens: 2, source: "reported" } satisfies ModelPart;

/** The failure at the end, and what came before it. */
function failed(parts: ModelPart[]): { before: ModelPart[]; code: string; message: string } {
  const last = parts.at(-1);
  if (last?.type !== "error") throw new Error(`no failure at the end: ${JSON.stringify(parts)}`);
  return { before: parts.slice(0, -1), code: last.failure.code, message: last.failure.message };
}

Deno.test("a completion stream is text, usage and the finish reason [lmx 21]", async () => {
  const body = event({ role: "assistant", content: "" }) + event({ content: "Grüße" }) + event({ content: " 👋🏽" }) +
    STOP +
    USAGE + DONE;
  assertEquals(await partsOf(body), [text("Grüße 👋🏽"), usage, finish("stop")]);
});

Deno.test("a count that a server leaves out is not taken for zero", async () => {
  const countedAs = async (usage: object) =>
    (await partsOf(event({ content: "a" }, "stop", { usage }) + DONE)).find(({ type }) => type === "usage");
  assertEquals(await countedAs({ completion_tokens: 2 }), { ...usage, promptTokens: null });
  assertEquals(await countedAs({ prompt_tokens: 3, completion_tokens: null }), { ...usage, completionTokens: null });
  assertEquals(await countedAs({ prompt_tokens: 0, completion_tokens: 0 }), undefined);
});

Deno.test("a completion stream may be written in any way that SSE allows [lmx 22, 23]", async () => {
  const lines = event({ content: "a\u2028b" }) + `event: message\nid: 7\n: comment\n` + STOP + DONE;
  const expected = [text("a\u2028b"), finish("stop")];
  assertEquals(await partsOf(lines), expected);
  assertEquals(await partsOf(lines.replaceAll("\n", "\r\n")), expected, "CRLF");
  assertEquals(await partsOf(lines.replaceAll("\n", "\r")), expected, "bare CR");
  assertEquals(await partsOf("\uFEFF" + lines.replaceAll("data: ", "data:")), expected, "BOM, no space");
  const folded = `data: {"choices":\ndata: [{"delta":{"content":"a"},"finish_reason":"stop"}]}\n\n`;
  assertEquals(await partsOf(folded + DONE), [text("a"), finish("stop")], "several data lines");
});

Deno.test("a completion stream may leave out, null and add fields [lmx 9, 10, 11, 12, 20]", async () => {
  assertEquals(await partsOf(event({ content: "a", role: null, extra: [1] }) + STOP + DONE), [
    text("a"),
    finish("stop"),
  ]);
  assertEquals(await partsOf(event({ content: null }) + event({ content: "a" }) + STOP), [text("a"), finish("stop")]);
  for (const choices of [`"choices":null,`, `"choices":[],`, ""]) {
    const own = `data: {${choices}"usage":{"prompt_tokens":3,"completion_tokens":2}}\n\n`;
    assertEquals(
      await partsOf(event({ content: "a" }) + STOP + own + DONE),
      [text("a"), usage, finish("stop")],
      choices,
    );
  }
  const withStop = event({}, "stop", { usage: { prompt_tokens: 3, completion_tokens: 2 } });
  assertEquals(await partsOf(event({ content: "a" }) + withStop + DONE), [text("a"), usage, finish("stop")]);
  const zeros = event({}, "stop", { usage: { prompt_tokens: 0, completion_tokens: 0 } });
  assertEquals(await partsOf(zeros + DONE), [finish("stop")], "zeros are no usage");
});

Deno.test("thinking comes in fields of two names, or in tags [lmx 20]", async () => {
  const expected = [{ type: "thinking", text: "Hm." } as const, text("Yes."), finish("stop")];
  for (const field of ["reasoning_content", "reasoning"]) {
    const body = event({ [field]: "H", content: null }) + event({ [field]: "m." }) + event({ content: "Yes." }) + STOP +
      DONE;
    assertEquals(await partsOf(body), expected, field);
  }
  const tagged = event({ content: "<thi" }) + event({ content: "nk>Hm.</" }) + event({ content: "think>\n\nYes." });
  assertEquals(await partsOf(tagged + STOP + DONE), expected, "tags");
});

Deno.test("tool calls come as deltas, each with its own index [lmx 13, 14, 16]", async () => {
  const call = (index: number, id: string | null, name: string | null, delta: string) =>
    event({ tool_calls: [{ index, ...(id && { id }), function: { ...(name && { name }), arguments: delta } }] });
  const body = call(0, "a", "read", "") + call(0, null, null, `{"p":`) + call(0, null, null, "1}") +
    call(0, "b", "list", "{}");
  assertEquals(await partsOf(body + event({}, "tool_calls") + DONE), [
    { type: "tool_call", index: 0, id: "a", name: "read", argumentsDelta: "" },
    { type: "tool_call", index: 0, id: null, name: null, argumentsDelta: `{"p":` },
    { type: "tool_call", index: 0, id: null, name: null, argumentsDelta: "1}" },
    { type: "tool_call", index: 1, id: "b", name: "list", argumentsDelta: "{}" },
    finish("tool_calls"),
  ]);
});

Deno.test("an unknown finish reason, and `length`, are passed on [lmx 7, 8]", async () => {
  assertEquals(await partsOf(event({ content: "a" }, "eos") + DONE), [text("a"), finish("eos")]);
  assertEquals(await partsOf(event({ content: "a" }, "length") + DONE), [text("a"), finish("length")]);
});

Deno.test("[DONE] without a finish reason ends an answer, but not a silence [lmx 5]", async () => {
  assertEquals(await partsOf(event({ content: "a" }) + DONE), [text("a"), finish("stop")]);
  const called = event({ tool_calls: [{ index: 0, id: "a", function: { name: "f", arguments: "{}" } }] }) + DONE;
  assertEquals((await partsOf(called)).at(-1), finish("tool_calls"));
  assertEquals(failed(await partsOf(event({ reasoning: "hm" }) + DONE)).code, "bad-response");
  assertEquals(failed(await partsOf(DONE)).code, "bad-response");
});

Deno.test("a stream that ends without a finish reason is incomplete; what it said is kept [lmx 4, 6]", async () => {
  const { before, code, message } = failed(await partsOf(event({ content: "a" })));
  assertEquals([before, code], [[text("a")], "bad-response"]);
  assertStringIncludes(message, "broke off");
  assertEquals(failed(await partsOf(event({ reasoning: "hm" }))).before, [{ type: "thinking", text: "hm" }]);
  assertEquals(failed(await partsOf("")).code, "bad-response");
});

Deno.test("a last event without its blank line still counts", async () => {
  assertEquals(await partsOf(event({ content: "a" }) + STOP.trimEnd()), [text("a"), finish("stop")]);
});

Deno.test("an error object in the stream is a failure that says what the server said [lmx 1, 2, 3]", async () => {
  const error = { message: "GPU is gone", type: "server_error", code: "gpu_lost" };
  for (const json of [{ error }, { choices: [], error }, { choices: [{ delta: {} }], error }]) {
    const { before, code, message } = failed(
      await partsOf(event({ content: "a" }) + `data: ${JSON.stringify(json)}\n\n` + DONE),
    );
    assertEquals([before, code], [[text("a")], "bad-response"]);
    assertStringIncludes(message, "127.0.0.1:1234 reported an error: GPU is gone (gpu_lost, server_error)");
  }
  assertStringIncludes(failed(await partsOf(`event: error\ndata: {"error":"oops"}\n\n`)).message, "oops");
  const context = `data: {"error":{"message":"too long","code":"context_length_exceeded"}}\n\n`;
  assertEquals(failed(await partsOf(context)).code, "context-overflow");
  const missing = `data: {"error":{"message":"Model 'm' is not loaded"}}\n\n`;
  assertEquals(failed(await partsOf(missing)).code, "no-model-loaded");
});

Deno.test("what is no chat completion is a failure", async () => {
  for (const data of ["{not json", "[]", `{"choices":[{"delta":{"content":7}}]}`, `"text"`]) {
    const { before, code } = failed(await partsOf(event({ content: "a" }) + `data: ${data}\n\n` + STOP + DONE));
    assertEquals([before, code], [[text("a")], "bad-response"], data);
  }
});

Deno.test("one JSON document is an answer as well [lmx 30]", async () => {
  const body = (message: unknown) =>
    JSON.stringify(
      {
        choices: [{ index: 0, message, finish_reason: "stop" }],
        usage: { prompt_tokens: 3, completion_tokens: 2 },
      },
      null,
      2,
    );
  const message = { role: "assistant", content: "Grüße 👋🏽", reasoning_content: "Hm." };
  assertEquals(await partsOf(`\n${body(message)}\n`), [
    { type: "thinking", text: "Hm." },
    text("Grüße 👋🏽"),
    usage,
    finish("stop"),
  ]);
  const { code, message: said } = failed(
    await partsOf(`{"error":{"message":"no such model: m","code":"model_not_found"}}`),
  );
  assertEquals(code, "no-model-loaded");
  assertStringIncludes(said, "no such model: m");
  assertEquals(failed(await partsOf(body(message).slice(0, 40))).code, "bad-response", "cut off");
});

Deno.test("a web page is no answer, and is not waited for [lmx 30]", async () => {
  const { code, message } = failed(await partsOf("\n<!DOCTYPE html><title>Router</title>"));
  assertEquals(code, "bad-response");
  assertStringIncludes(message, "web page");
});

Deno.test("parseCompletionStream() yields a batch for data that says something, and none for other data or comments [lmx 25]", async () => {
  const empty = event({ role: "assistant", content: "", reasoning: null, tool_calls: [] });
  const emptyCall = event({ tool_calls: [{ index: 0, function: { arguments: "" } }] });
  const call = event({ tool_calls: [{ index: 0, id: "b", function: { name: "f", arguments: "" } }] });
  const chunks = [": warm\n\n", empty, event({ content: "<th" }), call, emptyCall, empty, STOP, USAGE, empty, DONE];
  const bytes = ReadableStream.from(chunks.map((chunk) => new TextEncoder().encode(chunk)));
  const batches = await Array.fromAsync(parseCompletionStream(bytes, upstream));
  const called: ModelPart = { type: "tool_call", index: 0, id: "b", name: "f", argumentsDelta: "" };
  assertEquals(
    batches,
    [[], [text("<th"), called], [], [], [usage, finish("stop")]],
    "half a tag, the end, the counts",
  );
});

Deno.test("parseCompletionStream() ends with [DONE], though the server goes on", async () => {
  const source = new ReadableStream<Uint8Array>({
    start: (body) =>
      body.enqueue(new TextEncoder().encode(event({ content: "a" }) + STOP + DONE + event({ content: "b" }))),
  });
  const parts = (await Array.fromAsync(parseCompletionStream(source, upstream))).flat();
  assertEquals(parts, [text("a"), finish("stop")]);
});

Deno.test("parseCompletionStream() takes an answer for whole once it has a finish reason, though the connection breaks", async () => {
  async function* broken(...chunks: string[]) {
    for (const chunk of chunks) yield new TextEncoder().encode(chunk);
    throw new TypeError("connection reset");
  }
  const parts = (await Array.fromAsync(parseCompletionStream(broken(event({ content: "a" }), STOP), upstream))).flat();
  assertEquals(parts, [text("a"), finish("stop")]);
  const error = await Array.fromAsync(parseCompletionStream(broken(event({ content: "a" })), upstream)).catch((e) => e);
  assertEquals(error instanceof TypeError, true);
});
