/** The tool calls of a conversation with what came of them, as the demo model reads them. */
import type { DemoResult } from "./demo_script.ts";
import type { ModelMessage } from "./model.ts";

/** One list for each answer with calls, in their order. The results follow their answer: ids may come again later. */
export function roundsOf(messages: readonly ModelMessage[]): DemoResult[][] {
  return messages.flatMap((message, at) => {
    if (!("toolCalls" in message)) return [];
    const rest = messages.slice(at + 1);
    const end = rest.findIndex(({ role }) => role !== "tool");
    const results = end === -1 ? rest : rest.slice(0, end);
    return [message.toolCalls.map(({ id, name, arguments: text }) => {
      const result = results.find((one) => one.role === "tool" && one.toolCallId === id);
      const came = result?.role === "tool"
        ? { ok: result.ok, text: result.content }
        : { ok: false, text: "No result." };
      return { tool: name, args: argsOf(text), ...came };
    })];
  });
}

function argsOf(text: string): Record<string, unknown> {
  try {
    const args: unknown = JSON.parse(text);
    return typeof args === "object" && args !== null ? { ...args } : {};
  } catch {
    return {}; // a call of another model, which was never made
  }
}
