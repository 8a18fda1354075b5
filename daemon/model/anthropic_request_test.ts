import { assertEquals } from "@std/assert";
import { anthropicRequest, DEFAULT_MAX_TOKENS } from "./anthropic_request.ts";
import type { ModelMessage } from "./model.ts";

const messagesOf = (...messages: ModelMessage[]) => anthropicRequest({ model: "m", messages }).messages;
const text = (text: string) => ({ type: "text" as const, text });

Deno.test("anthropicRequest() names a longest answer, and leaves out what is not asked for", () => {
  assertEquals(anthropicRequest({ model: "m", messages: [{ role: "user", content: "Hi" }], tools: [] }), {
    model: "m",
    max_tokens: DEFAULT_MAX_TOKENS,
    messages: [{ role: "user", content: [text("Hi")] }],
    stream: true,
  });
});

Deno.test("anthropicRequest() puts system text outside of the messages, and tools in its own words", () => {
  const parameters = { type: "object", properties: {} };
  const request = anthropicRequest({
    model: "m",
    messages: [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi" },
      { role: "system", content: "Be kind." },
    ],
    tools: [{ name: "read", description: "reads", parameters }],
    temperature: 0,
    maxTokens: 9,
  });
  assertEquals(request, {
    model: "m",
    max_tokens: 9,
    system: "Be brief.\n\nBe kind.",
    messages: [{ role: "user", content: [text("Hi")] }],
    tools: [{ name: "read", description: "reads", input_schema: parameters }],
    temperature: 0,
    stream: true,
  });
});

Deno.test("anthropicRequest() lets user and assistant take turns", () => {
  const messages = messagesOf(
    { role: "user", content: "a" },
    { role: "assistant", content: " \n" },
    { role: "user", content: "b" },
    { role: "assistant", content: "c" },
    { role: "assistant", content: "d" },
    { role: "user", content: "" },
  );
  assertEquals(messages, [
    { role: "user", content: [text("a"), text("b")] },
    { role: "assistant", content: [text("c"), text("d")] },
  ]);
});

Deno.test("anthropicRequest() makes tool calls and their results blocks of content", () => {
  const messages = messagesOf(
    { role: "user", content: "Look" },
    {
      role: "assistant",
      content: "",
      toolCalls: [
        { id: "1", name: "read", arguments: `{"path":"a"}` },
        { id: "2", name: "list", arguments: "" },
        { id: "3", name: "list", arguments: `{"path":` },
        { id: "4", name: "list", arguments: "[1]" },
      ],
    },
    { role: "tool", toolCallId: "1", content: "A" },
    { role: "tool", toolCallId: "2", content: "" },
    { role: "tool", toolCallId: "3", content: "no JSON" },
    { role: "tool", toolCallId: "4", content: "no object" },
    { role: "user", content: "And?" },
  );
  const call = (id: string, name: string, input: object) => ({ type: "tool_use" as const, id, name, input });
  const result = (id: string, content?: string) => ({
    type: "tool_result" as const,
    tool_use_id: id,
    ...(content !== undefined && { content }),
  });
  assertEquals(messages, [
    { role: "user", content: [text("Look")] },
    {
      role: "assistant",
      content: [call("1", "read", { path: "a" }), call("2", "list", {}), call("3", "list", {}), call("4", "list", {})],
    },
    {
      role: "user",
      content: [result("1", "A"), result("2"), result("3", "no JSON"), result("4", "no object"), text("And?")],
    },
  ]);
});
