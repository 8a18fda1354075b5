/** What LMX sends on its WebSocket, for the cases. */
import type { Expected, Step, Trial } from "./case.ts";

export function token(content: string | null): string {
  return frame("chat.token", { content });
}

export function toolDelta(call: unknown): string {
  return frame("chat.tool_call", { tool_call: call });
}

export function done(finishReason: string | null, more: object = {}): string {
  return frame("chat.done", { finish_reason: finishReason, ...more });
}

export function error(text: string): string {
  return frame("chat.error", { error: text });
}

/** Frames, after which the socket stays open. */
export function frames(...texts: string[]): Step[] {
  return [{ kind: "send", texts }, { kind: "end" }];
}

/** Frames, after which the socket goes away. */
export function framesAndCut(...texts: string[]): Step[] {
  return [{ kind: "send", texts }, { kind: "cut" }];
}

/** A server that sends these frames once. */
export function sent(texts: string[], expected: Expected, form?: string): Trial {
  return { ...(form !== undefined && { form }), answers: [frames(...texts)], expected: [expected] };
}

function frame(type: string, fields: object): string {
  return JSON.stringify({ type, request_id: "{{id}}", ...fields });
}
