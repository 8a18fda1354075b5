/** Short names for what the cases expect. */
import type { ModelPart } from "../model.ts";
import type { Expected } from "./case.ts";

export function text(text: string): ModelPart {
  return { type: "text", text };
}

export function thinking(text: string): ModelPart {
  return { type: "thinking", text };
}

export function call(index: number, id: string | null, name: string | null, argumentsDelta: string): ModelPart {
  return { type: "tool_call", index, id, name, argumentsDelta };
}

export function reported(promptTokens: number, completionTokens: number): ModelPart {
  return { type: "usage", promptTokens, completionTokens, source: "reported" };
}

export function estimated(promptTokens: number, completionTokens: number): ModelPart {
  return { type: "usage", promptTokens, completionTokens, source: "estimated" };
}

export function finish(reason: string): ModelPart {
  return { type: "finish", reason };
}

/** The answer ended with these parts. */
export function answered(...parts: ModelPart[]): Expected {
  return { parts };
}

/** The answer ended in a failure, after these parts. */
export function failed(failure: Expected["failure"], ...parts: ModelPart[]): Expected {
  return { parts, failure };
}

/** The server broke its own protocol, or said that something went wrong; the message says `says`. */
export function broken(says: string, ...parts: ModelPart[]): Expected {
  return failed({ code: "bad-response", retryable: true, says: [says] }, ...parts);
}
