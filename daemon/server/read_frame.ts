/** Turns what came over a WebSocket into a client message, or into what is to be said about it. */
import { ClientMessage, MAX_FRAME_BYTES, OptaError } from "@opta/protocol";
import { describeFault } from "./error_response.ts";
import { readJson } from "./read_json.ts";

export type FrameReading =
  | { kind: "message"; message: ClientMessage }
  /** To be answered with an error that names the act as far as it could be read. */
  | { kind: "bad"; action: string; requestId: string | null; error: OptaError }
  /** To be answered with the end of the connection. */
  | { kind: "close"; code: number; reason: string };

const UNSUPPORTED_DATA = 1003;
const MESSAGE_TOO_BIG = 1009;
/** Longest name and id of a bad message that are given back, in characters. */
const MAX_ECHO_LENGTH = 200;

export function readFrame(data: unknown): FrameReading {
  if (typeof data !== "string") return { kind: "close", code: UNSUPPORTED_DATA, reason: "text frames only" };
  if (isTooBig(data)) return { kind: "close", code: MESSAGE_TOO_BIG, reason: `frames hold ${MAX_FRAME_BYTES} bytes` };
  let value: unknown = null;
  try {
    value = readJson(data);
  } catch (error) {
    if (error instanceof OptaError) return { kind: "bad", action: "unknown", requestId: null, error };
    throw error;
  }
  const result = ClientMessage.safeParse(value);
  if (result.success) return { kind: "message", message: result.data };
  const fields: Record<string, unknown> = typeof value === "object" && value !== null ? { ...value } : {};
  const error = new OptaError("invalid_request", `The message is not valid: ${describeFault(result.error)}`);
  return { kind: "bad", action: echo(fields.type) ?? "unknown", requestId: echo(fields.requestId), error };
}

/** A UTF-16 unit is at least one byte and at most three of UTF-8: only in between must they be counted. */
function isTooBig(text: string): boolean {
  if (text.length > MAX_FRAME_BYTES) return true;
  return text.length * 3 > MAX_FRAME_BYTES && new TextEncoder().encode(text).length > MAX_FRAME_BYTES;
}

function echo(value: unknown): string | null {
  return typeof value === "string" ? value.slice(0, MAX_ECHO_LENGTH) : null;
}
