/** Writes a session's events in short, for tests: `seq`, ids and times come by themselves. */
import {
  type EventDraft,
  fold,
  initialState,
  type OptaEvent,
  parseEvent,
  type Payload,
  type SessionState,
  type TurnErrorCode,
  type TurnStats,
  type UnknownEvent,
} from "@opta/protocol";

export const stats: TurnStats = {
  tokens: 12,
  promptTokens: 2,
  completionTokens: 10,
  toolCalls: 0,
  elapsed: 0.5,
  speed: 20,
  firstTokenLatencyMs: 5,
  usageSource: "estimated",
};

/** One turn: who asks, and the events of its life. */
export function turn(id: number, { writerId = "ann", clientId = "here", content = "hi" } = {}) {
  const turnId = `turn_${id}`;
  const who = { turnId, writerId, clientId };
  const clientTurnId = `typed_${id}`;
  let part = 0;
  let offset = 0;
  let kind = "";
  const delta = (event: "turn.token" | "turn.thinking", text: string): EventDraft => {
    if (kind !== event) [kind, offset, part] = [event, 0, part + 1];
    offset += text.length;
    return { event, payload: { turnId, partId: `p${part}`, offset: offset - text.length, text } };
  };
  return {
    turnId,
    clientTurnId,
    queued: (position = 0): EventDraft => ({
      event: "turn.queued",
      payload: { ...who, clientTurnId, position, content, mode: "chat" },
    }),
    start: (model = "test-model"): EventDraft => ({
      event: "turn.start",
      payload: { turnId, writerId, model, provider: "lmx", transport: "ws" },
    }),
    text: (text: string) => delta("turn.token", text),
    thinking: (text: string) => delta("turn.thinking", text),
    progress: (message: string, phase = "prefill"): EventDraft => ({
      event: "turn.progress",
      payload: { turnId, phase, message, elapsedMs: 1 },
    }),
    toolStart: (callId: string, toolName = "read_file", args: Record<string, unknown> = {}): EventDraft => ({
      event: "tool.start",
      payload: { turnId, callId, toolName, args },
    }),
    toolEnd: (callId: string, result = "done", more: Partial<Payload<"tool.end">> = {}): EventDraft => ({
      event: "tool.end",
      payload: { turnId, callId, toolName: "read_file", result, elapsed: 0.1, ok: true, ...more },
    }),
    asked: (requestId: string, more: Partial<Payload<"permission.request">> = {}): EventDraft => ({
      event: "permission.request",
      payload: {
        ...{
          requestId,
          turnId,
          callId: `call_of_${requestId}`,
          toolName: "run_command",
          args: { command: "npm test" },
        },
        ...{ argsHash: "hash", reason: "run_command runs a program", rule: "run_command: npm test" },
        ...more,
      },
    }),
    decided: (requestId: string, more: Partial<Payload<"permission.resolved">> = {}): EventDraft => ({
      event: "permission.resolved",
      payload: { requestId, decision: "allow", decidedBy: writerId, reason: "user", scope: "once", ...more },
    }),
    cancelled: (): EventDraft => ({
      event: "session.cancelled",
      payload: { turnIds: [turnId], cancelledQueued: 0, cancelledActive: 1 },
    }),
    done: (finishReason = "stop"): EventDraft => ({ event: "turn.done", payload: { ...who, finishReason, stats } }),
    error: (code: TurnErrorCode, message: string): EventDraft => ({
      event: "turn.error",
      payload: { ...who, code, message, retryable: true },
    }),
  };
}

/** Folds the events one after another, and shows each to `see` with the state that it leads to. */
export function play(
  drafts: EventDraft[],
  see: (event: OptaEvent | UnknownEvent, state: SessionState) => void = () => {},
  before: SessionState = initialState("sess_1", "e1"),
): SessionState {
  return drafts.reduce((state, draft) => {
    const { sessionId, epoch, seq } = state;
    const envelope = { v: "3", daemonId: "d", sessionId, epoch, seq: seq + 1, ts: "2026-01-01T00:00:00Z", ...draft };
    const event = parseEvent(envelope);
    const next = fold(state, event);
    see(event, next);
    return next;
  }, before);
}
