/** What OpenAI-compatible servers send, for the cases. */
import type { Expected, Step, Trial } from "./case.ts";

export const STREAM_HEAD: Step = { kind: "head", status: 200, headers: { "content-type": "text/event-stream" } };
export const DONE = "data: [DONE]\n\n";

/** One event with JSON. */
export function data(json: unknown): string {
  return `data: ${JSON.stringify(json)}\n\n`;
}

/** One event, as OpenAI writes it. */
export function delta(delta: unknown, finishReason: string | null = null, more: object = {}): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return data({ id: "c", object: "chat.completion.chunk", choices, ...more });
}

export function toolDelta(call: unknown): string {
  return delta({ tool_calls: [call] });
}

export function stop(more: object = {}): string {
  return delta({}, "stop", more);
}

/** A stream that ends in good order. */
export function stream(...texts: string[]): Step[] {
  return [STREAM_HEAD, { kind: "send", texts }, { kind: "end" }];
}

/** An answer that is no stream. */
export function response(status: number, body: string, headers: Record<string, string> = {}): Step[] {
  return [
    { kind: "head", status, headers: { "content-type": "application/json", ...headers } },
    { kind: "send", texts: [body] },
    { kind: "end" },
  ];
}

/** A server that sends this stream once. */
export function sent(texts: string[], expected: Expected, form?: string): Trial {
  return { ...(form !== undefined && { form }), answers: [stream(...texts)], expected: [expected] };
}
