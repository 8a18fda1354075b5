/** A request in the words of OpenAI's chat completions, which LMX speaks on its WebSocket as well. */
import type { ModelMessage, ModelRequest, ToolSpec } from "./model.ts";

/** The fields that both have; each transport adds its own. */
export function openAiRequest({ model, messages, tools, temperature, maxTokens }: ModelRequest) {
  return {
    model,
    messages: messages.map(messageOf),
    ...(tools && tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(temperature !== undefined && { temperature }),
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
  };
}

function messageOf(message: ModelMessage) {
  if (message.role === "tool") return { role: "tool", tool_call_id: message.toolCallId, content: message.content };
  if (!("toolCalls" in message)) return { role: message.role, content: message.content };
  const calls = message.toolCalls.map(({ id, name, arguments: text }) => ({
    id,
    type: "function",
    function: { name, arguments: text },
  }));
  return { role: "assistant", content: message.content || null, tool_calls: calls };
}

function toolOf({ name, description, parameters }: ToolSpec) {
  return { type: "function", function: { name, description, parameters } };
}
