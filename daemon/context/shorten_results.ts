/**
 * Makes the tool calls of earlier steps smaller: the model has read their results and acted on them, and can call again.
 * What people and the model said stays as it is. Pure.
 */
import type { ModelMessage, ToolCall } from "../model/model.ts";
import { cutText } from "./cut_text.ts";
import { SHORT_ARGUMENT_LENGTH, SHORT_RESULT_LENGTH } from "./limits.ts";

export function shortenResults(messages: readonly ModelMessage[]): ModelMessage[] {
  return messages.map((message) => {
    if (message.role === "tool") return { ...message, content: cutText(message.content, SHORT_RESULT_LENGTH) };
    return "toolCalls" in message ? { ...message, toolCalls: message.toolCalls.map(shortenCall) } : message;
  });
}

/** The same, but for the results of the last calls, which the model has not seen yet. */
export function shortenEarlierResults(messages: readonly ModelMessage[]): ModelMessage[] {
  const last = messages.findLastIndex((message) => "toolCalls" in message);
  return last === -1 ? [...messages] : [...shortenResults(messages.slice(0, last)), ...messages.slice(last)];
}

/** The arguments stay JSON, since servers read them; those that are none are left to them. */
function shortenCall(call: ToolCall): ToolCall {
  if (call.arguments.length <= SHORT_ARGUMENT_LENGTH) return call;
  try {
    return { ...call, arguments: JSON.stringify(JSON.parse(call.arguments), shortenValue) };
  } catch {
    return call;
  }
}

function shortenValue(_key: string, value: unknown): unknown {
  return typeof value === "string" ? cutText(value, SHORT_ARGUMENT_LENGTH) : value;
}
