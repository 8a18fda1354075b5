/**
 * A request in the words of Anthropic's Messages API. It differs from OpenAI's in what it wants to be told apart: system
 * text stands outside of the messages, user and assistant take turns, and tool calls and results are blocks of content.
 */
import { parseJson } from "./completion_chunk.ts";
import type { ModelMessage, ModelRequest, ToolCall, ToolSpec } from "./model.ts";

/**
 * The longest answer in tokens, for the API wants one named. Newer models think without being asked, which counts as well:
 * this is room for both, and every model since Claude 3.7 allows it. Older models want room for all of it in the context
 * window beside the prompt, so more would shorten conversations.
 */
export const DEFAULT_MAX_TOKENS = 16_384;

export type AnthropicBlock =
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: object }
  | { type: "tool_result"; tool_use_id: string; content?: string };

export interface AnthropicMessage {
  role: "user" | "assistant";
  content: AnthropicBlock[];
}

/** @param usualMaxTokens for a request that does not say how long its answer may be */
export function anthropicRequest(
  { model, messages, tools, temperature, maxTokens }: ModelRequest,
  usualMaxTokens = DEFAULT_MAX_TOKENS,
) {
  const system = messages.flatMap(({ role, content }) => role === "system" && hasText(content) ? [content] : []);
  return {
    model,
    max_tokens: maxTokens ?? usualMaxTokens,
    ...(system.length > 0 && { system: system.join("\n\n") }),
    messages: alternating(messages),
    ...(tools && tools.length > 0 && { tools: tools.map(toolOf) }),
    ...(temperature !== undefined && { temperature }),
    stream: true,
  };
}

/** What follows on itself from one side is one message; so are the results of calls that were made together. */
function alternating(messages: readonly ModelMessage[]): AnthropicMessage[] {
  const merged: AnthropicMessage[] = [];
  for (const message of messages) {
    if (message.role === "system") continue;
    const role = message.role === "assistant" ? "assistant" : "user";
    const content = blocksOf(message);
    if (content.length === 0) continue; // a message without content is refused
    const last = merged.at(-1);
    if (last?.role === role) last.content.push(...content);
    else merged.push({ role, content });
  }
  return merged;
}

function blocksOf(message: ModelMessage): AnthropicBlock[] {
  const { content } = message;
  if (message.role === "tool") {
    return [{ type: "tool_result", tool_use_id: message.toolCallId, ...(hasText(content) && { content }) }];
  }
  const text: AnthropicBlock[] = hasText(content) ? [{ type: "text", text: content }] : [];
  return "toolCalls" in message ? [...text, ...message.toolCalls.map(callOf)] : text;
}

/** Text of blanks alone is refused as well. */
function hasText(content: string): boolean {
  return /\S/.test(content);
}

function callOf({ id, name, arguments: text }: ToolCall): AnthropicBlock {
  return { type: "tool_use", id, name, input: inputOf(text) };
}

/** The API takes objects alone. Arguments that are none were told the model as the call's result. */
function inputOf(text: string): object {
  const input = parseJson(text);
  return typeof input === "object" && input !== null && !Array.isArray(input) ? input : {};
}

function toolOf({ name, description, parameters }: ToolSpec) {
  return { name, description, input_schema: parameters };
}
