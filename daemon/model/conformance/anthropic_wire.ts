/** What Anthropic's Messages API sends, for the cases; HTTP is the same as with any other. */
export { response, sent, stream, STREAM_HEAD } from "./sse_wire.ts";

export const PING = event("ping");
export const END = event("message_stop");

/** One event; its type stands in it twice. */
export function event(type: string, fields: object = {}): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

export function start(more: object = {}): string {
  const message = { id: "msg_1", type: "message", role: "assistant", content: [], stop_reason: null, ...more };
  return event("message_start", { message });
}

export function block(index: number | null | undefined, content: object): string {
  return event("content_block_start", { index, content_block: content });
}

export function delta(index: number | null | undefined, delta: object): string {
  return event("content_block_delta", { index, delta });
}

export function blockEnd(index: number): string {
  return event("content_block_stop", { index });
}

/** More of the text in the first block. */
export function text(text: string | null): string {
  return delta(0, { type: "text_delta", text });
}

export function thinking(thinking: string | null): string {
  return delta(0, { type: "thinking_delta", thinking });
}

/** The beginning of a tool call. */
export function tool(index: number | null | undefined, call: object): string {
  return block(index, { type: "tool_use", input: {}, ...call });
}

/** More of its arguments. */
export function json(index: number | null | undefined, partialJson: string | null): string {
  return delta(index, { type: "input_json_delta", partial_json: partialJson });
}

/** The reason for the end, and what was counted. */
export function stop(reason: string | null = "end_turn", usage?: unknown): string {
  return event("message_delta", { delta: { stop_reason: reason, stop_sequence: null }, usage });
}

/** The beginning of an answer of text. */
export function begun(...texts: string[]): string[] {
  return [start(), block(0, { type: "text", text: "" }), PING, ...texts.map(text)];
}

/** An answer of text, whole. */
export function says(...texts: string[]): string[] {
  return [...begun(...texts), blockEnd(0), stop(), END];
}

/** The error in place of an answer, and as an event of a stream. */
export function error(type: string, message: string): object {
  return { type: "error", error: { type, message }, request_id: "req_1" };
}
