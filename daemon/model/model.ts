/**
 * The one interface behind which every model server stands: LMX over WebSocket, any OpenAI-compatible server over SSE,
 * and the built-in demo. A turn knows nothing else of models.
 */
import type { Message, TurnErrorCode } from "@opta/protocol";

/** A call that the model made, whole. `arguments` is the JSON text as the model wrote it, which may be none. */
export interface ToolCall {
  id: string;
  name: string;
  arguments: string;
}

/** A tool that is offered; `parameters` is the JSON Schema of its arguments. */
export interface ToolSpec {
  name: string;
  description: string;
  parameters: Record<string, unknown>;
}

/** What models are sent: the messages of a session, and what came of tool calls within a turn. */
export type ModelMessage =
  | Message
  | { role: "assistant"; content: string; toolCalls: ToolCall[] }
  /** `ok` is false for a call that did not do what it was asked for; unsaid where nobody knows. */
  | { role: "tool"; toolCallId: string; content: string; ok?: boolean };

export interface ModelRequest {
  /** The name as the server knows it. */
  model: string;
  /** Oldest first. */
  messages: ModelMessage[];
  tools?: ToolSpec[];
  temperature?: number;
  maxTokens?: number;
}

/** Why a model gave no (complete) answer. The message names the server and says what to do. */
export interface ModelFailure {
  code: TurnErrorCode;
  message: string;
  /** The same turn may succeed later. */
  retryable: boolean;
  /**
   * The server did not take the request (429, 502, 503, no connection), so sending it again is safe; `afterMs` is the
   * time that it asked for, if it did.
   */
  again?: { afterMs: number | null };
}

/** One typed piece of an answer. */
export type ModelPart =
  | { type: "text"; text: string }
  | { type: "thinking"; text: string }
  /** A tool call grows by string deltas of its arguments; `index` tells several calls apart. */
  | { type: "tool_call"; index: number; id: string | null; name: string | null; argumentsDelta: string }
  /** What the server counted; `null` where it does not say. */
  | {
    type: "usage";
    promptTokens: number | null;
    completionTokens: number | null;
    source: "reported" | "estimated";
  }
  /** The answer comes by another way than the model said; before its first piece only. */
  | { type: "fallback"; transport: string; message: string }
  | { type: "finish"; reason: string }
  | { type: "error"; failure: ModelFailure };

export interface Model {
  /** `opta-demo`, `lmx`, `openai` … as it stands in `turn.start`. */
  readonly provider: string;
  /** `ws`, `sse` or `builtin`: how a request that is made now would be sent. */
  readonly transport: string;
  /**
   * Streams one answer. The last part is exactly one `finish` or `error`: failures are values, not exceptions. When
   * `signal` aborts, the generation is cancelled at the server, whatever is left is dropped, and the stream ends
   * without a last part; leaving the loop early does the same.
   */
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart>;
}

/** A model chosen for a turn. */
export interface ModelChoice {
  model: Model;
  /** The name to ask the server for. */
  name: string;
  /** One line for people: why this one, and how to set another. */
  reason: string;
  /** Its context window in tokens, as far as the server says; `Infinity` for one that has none. */
  contextLength?: number;
}

/** Chooses the model of a turn. */
export interface ModelSource extends AsyncDisposable {
  /** @param wish what the turn or its session asks for; `null` leaves the choice to the source */
  choose(
    wish: { model: string | null; provider: string | null },
    signal: AbortSignal,
  ): Promise<ModelChoice | ModelFailure>;
  /**
   * Another model for a turn that found none, as the user has allowed it; `null` for none. `wish` is that of the turn.
   */
  fallback?(wish: { model: string | null; provider: string | null }): ModelChoice | null;
}
