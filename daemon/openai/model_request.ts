/** A request of an OpenAI client as one that models take. Pure. */
import type { ChatCompletionBody, OpenAiMessage } from "@opta/protocol";
import type { ModelMessage, ModelRequest, ToolSpec } from "../model/model.ts";

/** @param model the name as the model server knows it */
export function modelRequest(body: ChatCompletionBody, model: string): ModelRequest {
  const tools = body.tool_choice === "none" ? [] : (body.tools ?? []).map(toolOf);
  const maxTokens = body.max_completion_tokens ?? body.max_tokens;
  return {
    model,
    messages: body.messages.map(messageOf),
    ...(tools.length > 0 && { tools }),
    ...(typeof body.temperature === "number" && { temperature: body.temperature }),
    ...(typeof maxTokens === "number" && { maxTokens }),
  };
}

/** Texts at which the answer is to end. */
export function stopsOf({ stop }: ChatCompletionBody): string[] {
  return typeof stop === "string" ? [stop] : stop ?? [];
}

function messageOf(message: OpenAiMessage): ModelMessage {
  switch (message.role) {
    case "system":
    case "developer":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: message.content };
    case "tool":
      return { role: "tool", toolCallId: message.tool_call_id, content: message.content };
    case "assistant": {
      const content = message.content ?? "";
      const toolCalls = (message.tool_calls ?? []).map(({ id, function: { name, arguments: text } }) => ({
        id,
        name,
        arguments: text,
      }));
      return toolCalls.length > 0 ? { role: "assistant", content, toolCalls } : { role: "assistant", content };
    }
    default:
      return message satisfies never;
  }
}

function toolOf(
  { function: { name, description, parameters } }: NonNullable<ChatCompletionBody["tools"]>[0],
): ToolSpec {
  return { name, description: description ?? "", parameters: parameters ?? { type: "object", properties: {} } };
}
