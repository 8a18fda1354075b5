/**
 * An event of an imported log as it may stand in a session here: with the shape and the bounds that this daemon keeps to
 * itself, and without what would give a later turn rights. Such a log was written by somebody else; what a person here has
 * not approved is not approved. Pure.
 */
import {
  BackgroundProcess,
  CreateSessionBody,
  type EventDraft,
  type ImportedSession,
  type OptaEvent,
  type Payload,
  SubmitBody,
  UpdateSessionBody,
} from "@opta/protocol";
import { z } from "zod";

export type LeftOut = ImportedSession["leftOut"];

/** The bounds of what clients may set. */
const SessionChanges = z.looseObject({
  title: CreateSessionBody.shape.title,
  model: UpdateSessionBody.shape.model,
  tags: UpdateSessionBody.shape.tags,
  metadata: CreateSessionBody.shape.metadata,
  messages: CreateSessionBody.shape.messages,
  createdAt: z.iso.datetime({ offset: true }).optional(),
});
const Submit = z.looseObject({
  content: SubmitBody.shape.content,
  clientId: SubmitBody.shape.clientId,
  writerId: SubmitBody.shape.writerId,
  metadata: SubmitBody.shape.metadata,
});
/** Names an entry of the folded state. */
const Key = z.string().min(1).max(200).refine((key) => key !== "__proto__", "an id cannot be __proto__");

/** The session that the log becomes. */
export interface ImportTarget {
  sessionId: string;
  /** Milliseconds since 1970: nothing that is read happened later. */
  nowMs: number;
}

/**
 * @param leftOut counts what is left out
 * @throws {z.ZodError} what it says is beyond the bounds
 * @throws {TypeError} no log has such an event
 */
export function importedEvent(event: OptaEvent, { sessionId, nowMs }: ImportTarget, leftOut: LeftOut): EventDraft {
  switch (event.event) {
    case "session.snapshot":
      throw new TypeError("a snapshot is no event of a log");
    case "session.updated":
      return { event: event.event, payload: changesOf(event.payload, nowMs, leftOut) };
    case "turn.queued":
      return { event: event.event, payload: submitOf(event.payload, leftOut) };
    case "permission.request":
      Key.parse(event.payload.requestId);
      return { event: event.event, payload: event.payload };
    case "permission.resolved":
      Key.parse(event.payload.requestId);
      return { event: event.event, payload: decisionOf(event.payload, leftOut) };
    case "background.status": {
      const { process, reason } = event.payload;
      Key.parse(process.processId);
      return { event: event.event, payload: { process: BackgroundProcess.parse({ ...process, sessionId }), reason } };
    }
    case "background.output":
      return { event: event.event, payload: { ...event.payload, sessionId } };
    case "session.cancelled":
    case "session.compacted":
    case "session.undone":
    case "turn.start":
    case "turn.token":
    case "turn.thinking":
    case "turn.progress":
    case "turn.done":
    case "turn.error":
    case "tool.start":
    case "tool.end":
      return event; // a fact of the past, of which nothing later asks what it permits
    default:
      return event satisfies never;
  }
}

/** Folders are what tools may touch: nobody here has given them. */
function changesOf({ workspace, ...changes }: Payload<"session.updated">, nowMs: number, leftOut: LeftOut) {
  if (workspace) leftOut.workspaces++;
  const { createdAt } = SessionChanges.parse(changes);
  if (createdAt === undefined) return changes;
  return { ...changes, createdAt: new Date(Math.min(Date.parse(createdAt), nowMs)).toISOString() };
}

/** The approvals of a turn would be renewed by asking it again. */
function submitOf(payload: Payload<"turn.queued">, leftOut: LeftOut): Payload<"turn.queued"> {
  Submit.parse(payload);
  Key.parse(payload.turnId);
  if (!payload.overrides) return payload;
  const { auto, dangerous, ...overrides } = payload.overrides;
  if (auto || dangerous) leftOut.approvals++;
  return { ...payload, overrides };
}

/** That it was decided stays; that it covers anything else does not. */
function decisionOf({ scope, ...decision }: Payload<"permission.resolved">, leftOut: LeftOut) {
  if (scope === undefined || scope === "once") return { ...decision, ...(scope && { scope }) };
  leftOut.approvals++;
  return decision;
}
