/**
 * What the daemon's own log says of the events of sessions: when turns were queued, began and ended, and what tools were
 * asked for, each with its session and turn. Never what anybody wrote: that is in the session.
 */
import type { EventDraft } from "@opta/protocol";
import type { Report } from "./report.ts";

/** Characters of an error's message: what a server said may be long. */
const MAX_MESSAGE_LENGTH = 300;

export interface LogRecord {
  level: Parameters<Report>[0];
  message: string;
  facts: Record<string, unknown>;
}

/** `null` for an event that is not worth a line, deltas above all. */
export function logRecord({ event, payload }: EventDraft): LogRecord | null {
  switch (event) {
    case "turn.queued": {
      const { turnId, clientId, mode, position } = payload;
      return { level: "debug", message: "A turn was queued", facts: { turnId, clientId, mode, position } };
    }
    case "turn.start": {
      const { turnId, provider, model, transport } = payload;
      return { level: "debug", message: "A turn has begun", facts: { turnId, provider, model, transport } };
    }
    case "turn.progress": {
      const { turnId, phase, message } = payload;
      if (phase === "prefill") return null; // says over and over how far it is
      return { level: "debug", message: "A turn goes on", facts: { turnId, phase, message: cut(message) } };
    }
    case "turn.done": {
      const { turnId, finishReason, stats: { promptTokens, completionTokens, elapsed } } = payload;
      const facts = { turnId, finishReason, promptTokens, completionTokens, elapsedMs: Math.round(elapsed * 1_000) };
      return { level: "info", message: "A turn has ended", facts };
    }
    case "turn.error": {
      const { turnId, code, message } = payload;
      return {
        level: "warning",
        message: "A turn has ended in an error",
        facts: { turnId, code, message: cut(message) },
      };
    }
    case "tool.end": {
      const { turnId, callId, toolName, ok, denied, elapsed } = payload;
      const facts = { turnId, callId, toolName, ok, denied, elapsedMs: Math.round(elapsed * 1_000) };
      return { level: "debug", message: "A tool has ended", facts };
    }
    case "permission.request": {
      const { turnId, callId, requestId, toolName } = payload;
      return { level: "debug", message: "Permission is asked for", facts: { turnId, callId, requestId, toolName } };
    }
    case "permission.resolved": {
      const { requestId, decision, decidedBy, reason } = payload;
      return { level: "debug", message: "Permission is decided", facts: { requestId, decision, decidedBy, reason } };
    }
    case "session.cancelled":
      return { level: "debug", message: "A cancel was taken", facts: { turnIds: payload.turnIds } };
    case "session.compacted": {
      const { turnId, model, replacedTokens, summaryTokens } = payload;
      const facts = { turnId, model, replacedTokens, summaryTokens };
      return { level: "info", message: "A conversation was made shorter", facts };
    }
    case "session.undone": {
      const { turnId, kind, fileCount } = payload;
      return { level: "info", message: "Changes of a turn were taken back", facts: { turnId, kind, fileCount } };
    }
    case "session.updated":
      return payload.createdAt === undefined ? null : { level: "debug", message: "A session was made", facts: {} };
    case "turn.token":
    case "turn.thinking":
    case "tool.start":
    case "background.output":
    case "background.status":
    case "session.snapshot":
      return null;
    default:
      return event satisfies never;
  }
}

function cut(text: string): string {
  return text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH)}…` : text;
}
