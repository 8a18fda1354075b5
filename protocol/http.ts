/**
 * Bodies, queries and answers of the HTTP routes. The route table (`routes.ts`) says which belongs where.
 *
 * Source: protocol v3, section 4. Times are ISO 8601 strings unless a name ends in `Ms`.
 */
import * as z from "zod";
import { Envelope, Message, TurnMode, TurnOverrides, Workspace } from "./event.ts";
import {
  MAX_ANSWER_LENGTH,
  MAX_CONTENT_LENGTH,
  MAX_METADATA_KEYS,
  MAX_METADATA_LENGTH,
  MAX_PAGE_EVENTS,
} from "./limits.ts";

const id = z.string().min(1).max(200).regex(/^[A-Za-z0-9_.:-]+$/, "may hold letters, digits and _ . : - only");
const Metadata = z.record(z.string(), z.unknown())
  .refine((metadata) => Object.keys(metadata).length <= MAX_METADATA_KEYS, `holds ${MAX_METADATA_KEYS} keys at most`)
  .refine(
    (metadata) => JSON.stringify(metadata).length <= MAX_METADATA_LENGTH,
    `is ${MAX_METADATA_LENGTH} characters of JSON at most`,
  );
const count = z.number().int().nonnegative();
const numeric = z.coerce.number().int().nonnegative();

/** The contract that a client checks at attach; another name or version means that one side must be upgraded. */
export const CONTRACT = { name: "opta-daemon-v3", version: 1 } as const;

/** How model servers were reached since the daemon's start. */
export const ModelTraffic = z.object({
  /** Requests by the transport that answered them, or failed to: `ws`, `sse`, `builtin`. */
  requests: z.record(z.string(), count),
  /** Requests that went on by another way, by reason: `missing`, `refused`, `broken`, `cooling`, `cloud` … */
  fallbacks: z.record(z.string(), count),
  /** Requests that were sent once more, by the code of the failure before. */
  retries: z.record(z.string(), count),
});
export type ModelTraffic = z.infer<typeof ModelTraffic>;

/** Numbers of the running daemon. */
export const RuntimeStats = z.object({
  sessionCount: count,
  activeTurnCount: count,
  queuedTurnCount: count,
  subscriberCount: count,
  connectionCount: count,
  eventsAppended: count,
  /** How late a timer fires, in milliseconds, over the last minute. */
  eventLoopLagMs: z.object({ p50: z.number(), p99: z.number(), max: z.number() }),
  memoryBytes: z.object({ rss: count, heapUsed: count }),
  uptimeMs: count,
  modelTraffic: ModelTraffic.default({ requests: {}, fallbacks: {}, retries: {} }), // not yet said by older daemons
});
export type RuntimeStats = z.infer<typeof RuntimeStats>;

export const Health = z.object({
  status: z.enum(["ok", "read_only", "stopping"]),
  version: z.string(),
  daemonId: z.string(),
  contract: z.object({ name: z.string(), version: z.number() }),
  runtime: RuntimeStats,
});
export type Health = z.infer<typeof Health>;

export const Metrics = z.object({ daemonId: z.string(), runtime: RuntimeStats, ts: z.string() });

/** What a list shows of a session (v3 fields and `tags`, `headSeq`). */
export const SessionSummary = z.object({
  sessionId: z.string(),
  model: z.string().nullable(),
  title: z.string(),
  tags: z.array(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
  activeTurnId: z.string().nullable(),
  queuedTurns: count,
  toolCallCount: count,
  writerCount: count,
  /** Requests for permission that wait for a decision. */
  pendingPermissions: count.default(0), // not yet said by older daemons
  headSeq: count,
  /** When it was deleted; only a list of deleted sessions has it. */
  deletedAt: z.string().optional(),
  /** Until when it can be restored; likewise. */
  restorableUntil: z.string().optional(),
});
export type SessionSummary = z.infer<typeof SessionSummary>;

/**
 * `text` searches messages, `tag` is one of the session's, `since` is ISO 8601, `cursor` comes from the page before.
 * `deleted=1` lists the sessions that were deleted and can be restored, the latest deletion first.
 */
export const ListSessionsQuery = z.object({
  text: z.string().max(500).optional(),
  model: z.string().optional(),
  tag: z.string().min(1).max(100).optional(),
  since: z.iso.datetime({ offset: true }).optional(),
  limit: numeric.pipe(z.number().min(1).max(200)).default(50),
  cursor: z.string().max(500).optional(),
  deleted: z.enum(["0", "1"]).optional(),
});
export const SessionList = z.object({ sessions: z.array(SessionSummary), nextCursor: z.string().nullable() });

export const CreateSessionBody = z.object({
  sessionId: id.optional(),
  title: z.string().max(500).optional(),
  model: z.string().min(1).max(500).optional(),
  messages: z.array(Message).max(10_000).optional(),
  metadata: Metadata.optional(),
  workspace: Workspace.optional(),
});
export type CreateSessionBody = z.infer<typeof CreateSessionBody>;

export const SessionDetail = SessionSummary.extend({
  epoch: z.string(),
  messages: z.array(Message),
  workspace: Workspace.nullable().default(null),
});
export type SessionDetail = z.infer<typeof SessionDetail>;

/** `model: null` gives the choice back to the daemon, `workspace: null` takes all folders away. */
export const UpdateSessionBody = z.object({
  title: z.string().min(1).max(500).optional(),
  model: z.string().min(1).max(500).nullable().optional(),
  tags: z.array(z.string().min(1).max(100)).max(50).optional(),
  workspace: Workspace.nullable().optional(),
}).refine((body) => Object.keys(body).length > 0, "names nothing to change: give title, model, tags or workspace");

export type UpdateSessionBody = z.infer<typeof UpdateSessionBody>;

/** `now=1` deletes for good, also what was deleted before. */
export const DeleteSessionQuery = z.object({ now: z.enum(["0", "1"]).optional() });
/** Until `restorableUntil` it can be restored; `null` when it is gone for good. */
export const DeletedSession = z.object({
  sessionId: z.string(),
  deleted: z.literal(true),
  restorableUntil: z.string().nullable().default(null), // not said by older daemons, which deleted for good
});
/** Nothing is to be said yet. */
export const RestoreSessionBody = z.object({});

/**
 * The id that the session gets, made by the caller: importing again under the same id does nothing. With `dryRun=1` the log
 * is checked, and nothing is stored.
 */
export const ImportSessionQuery = z.object({ sessionId: id, dryRun: z.enum(["0", "1"]).optional() });
/** What of an imported log was not taken over, in numbers. */
export const ImportLeftOut = z.object({
  /** Approvals for a session or for always, and automatic ones of turns: what an imported log says grants nothing. */
  approvals: count,
  /** Folders of tools: whoever resumes the session gives it folders. */
  workspaces: count,
  /** Events and keys that this version does not know. */
  unknownEvents: count,
  unknownKeys: count,
});
/**
 * `exists`: a session has this id, and nothing was done. `deleted`: one that can be restored has it, likewise. The counts are
 * those of the new session, 0 when nothing was done.
 */
export const ImportedSession = z.object({
  sessionId: z.string(),
  outcome: z.enum(["imported", "exists", "deleted"]),
  title: z.string(),
  turns: count,
  events: count,
  /** Turns that the log left open, and that were ended. */
  endedTurns: count,
  leftOut: ImportLeftOut,
});
export type ImportedSession = z.infer<typeof ImportedSession>;

export const ExportQuery = z.object({ format: z.enum(["md", "json", "jsonl"]).default("md") });

/** A turn to run. `clientTurnId` makes sending it again safe [S4]; `lastSeenSeq` is kept for v3 clients. */
export const SubmitBody = z.object({
  clientId: z.string().min(1).max(200),
  writerId: z.string().min(1).max(200),
  content: z.string().max(MAX_CONTENT_LENGTH).refine(
    (text) => text.trim() !== "",
    "is empty: write what the turn is to do",
  ),
  mode: TurnMode,
  metadata: Metadata.optional(),
  lastSeenSeq: count.optional(),
  overrides: TurnOverrides.optional(),
  clientTurnId: id.optional(),
});
export type SubmitBody = z.infer<typeof SubmitBody>;

/** `queued` is the position in the queue, 0 for a turn that nothing waits before. */
export const SubmitResult = z.object({ turnId: z.string(), queued: count, duplicate: z.boolean() });
export type SubmitResult = z.infer<typeof SubmitResult>;

/** `turnId`, `writerId`, or neither for all of the session [C1]. */
export const CancelBody = z.object({ turnId: z.string().optional(), writerId: z.string().optional() });
export type CancelBody = z.infer<typeof CancelBody>;

export const CancelResult = z.object({ cancelled: count, cancelledQueued: count, cancelledActive: count });
export type CancelResult = z.infer<typeof CancelResult>;

/** `scope` defaults to `once` [P5]. `answer` is for a request that needs one, and ignored with any other. */
export const ResolveBody = z.object({
  requestId: z.string().min(1).max(200),
  decision: z.enum(["allow", "deny"]),
  decidedBy: z.string().min(1).max(200),
  scope: z.enum(["once", "session", "always"]).optional(),
  answer: z.string().max(MAX_ANSWER_LENGTH).optional(),
});
export type ResolveBody = z.infer<typeof ResolveBody>;

/** A loser's answer is not this but `permission_resolved` (409) with `ok: false` and who won in its details [P1]. */
export const ResolveResult = z.object({
  ok: z.literal(true),
  decision: z.enum(["allow", "deny"]),
  decidedBy: z.string(),
});
export type ResolveResult = z.infer<typeof ResolveResult>;

/** `afterSeq` is exclusive [E3]. A cursor that cannot be served is 410 [R3]. */
export const EventsQuery = z.object({
  afterSeq: numeric.default(0),
  epoch: z.string().optional(),
  limit: numeric.pipe(z.number().min(1).max(MAX_PAGE_EVENTS)).default(500),
});
/** `events` are the stored envelopes, to the byte [E6]. */
export const EventsPage = z.object({ events: z.array(Envelope), headSeq: count, epoch: z.string() });

/** With what somebody follows a session. The known ones are `terminal`, `web`, `editor` and `script`. */
export const ClientKind = z.string().max(32).regex(/^[a-z][a-z0-9-]*$/, "may hold a-z, digits and - only");

/**
 * Query of both doors to a subscription; SSE may name its cursor by `Last-Event-ID: epoch:seq` instead. `clientId`,
 * `writerId` and `kind` are what others are shown of who follows.
 */
export const FollowQuery = z.object({
  sessionId: id.optional(),
  clientId: z.string().max(200).optional(),
  writerId: z.string().min(1).max(200).optional(),
  kind: ClientKind.optional(),
  afterSeq: numeric.optional(),
  epoch: z.string().optional(),
  snapshot: z.enum(["0", "1"]).optional(),
});

/** A one-time ticket for a browser page: valid for 30 s, once, from `origin` alone. */
export const TicketBody = z.object({ origin: z.url() });
/** `ticketId` names the ticket and is no secret: a ticket cannot be made of it. */
export const Ticket = z.object({ ticket: z.string(), ticketId: z.string().optional(), expiresInMs: count });

/** `gone`: too old, tried by a page that may not, or never issued. */
export const TicketStatus = z.object({ state: z.enum(["open", "redeemed", "gone"]) });

/** Exchanges a ticket for an HttpOnly cookie. */
export const RedeemTicketBody = z.object({ ticket: z.string().min(1).max(200) });
export const TicketRedeemed = z.object({ ok: z.literal(true) });
