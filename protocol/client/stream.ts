/**
 * One attempt at a subscription, the same over WebSocket and SSE: frames go straight to a sink, in order and without a
 * queue, because the consumer only folds them. Reconnecting is not here (`reconnect.ts`).
 */
import { ControlFrame } from "../control.ts";
import type { Cursor } from "../cursor.ts";
import type { ErrorBody } from "../error.ts";
import { type OptaEvent, parseEvent, type UnknownEvent } from "../event.ts";
import type { Act } from "./act.ts";
import type { Endpoint } from "./endpoint.ts";

export interface StreamRequest {
  endpoint: Endpoint;
  sessionId: string;
  clientId: string;
  writerId: string;
  /** With what this client follows, as others are shown it. */
  kind: string;
  /** Exclusive [E3]; `null` asks for everything. */
  cursor: Cursor | null;
  /** Begin with a snapshot [R2]. */
  snapshot: boolean;
}

export type StreamFrame =
  | { kind: "event"; event: OptaEvent | UnknownEvent }
  | { kind: "control"; frame: ControlFrame };

/** Is called in the order of arrival; not at all after `close()`. */
export interface StreamSink {
  opened(): void;
  frame(frame: StreamFrame): void;
  /** The last call. */
  ended(reason: ErrorBody): void;
}

export interface Stream {
  /** Does an act over this connection. Absent when the transport only reads [R7]. */
  readonly act?: Act;
  /** Resolves when the connection is gone; safe to call again. */
  close(): Promise<void>;
}

export type OpenStream = (request: StreamRequest, sink: StreamSink) => Stream;

/**
 * Validates what came from the daemon. `null` for a control frame of a later version, which is ignored.
 *
 * @throws {SyntaxError | z.ZodError}
 */
export function parseFrame(text: string): StreamFrame | null {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || !("type" in value)) {
    return { kind: "event", event: parseEvent(value) };
  }
  if (!controlTypes.has(value.type)) return null;
  return { kind: "control", frame: ControlFrame.parse(value) };
}

const controlTypes: ReadonlySet<unknown> = new Set<ControlFrame["type"]>([
  "replay.complete",
  "resync.required",
  "heartbeat",
  "presence",
  "ack",
  "error",
]);

/** Why a connection ended, as the client saw it. */
export function connectionLost(message: string): ErrorBody {
  return { code: "connection_lost", message, retryable: true };
}

/** A frame that is not of the protocol. */
export function badFrame(error: unknown): ErrorBody {
  const why = error instanceof Error ? error.message : String(error);
  return { code: "bad_frame", message: `A frame of the daemon could not be read: ${why}`, retryable: true };
}
