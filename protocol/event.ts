/**
 * The events of a session's log: the one thing that the daemon stores and sends. This file owns the envelope, the
 * payload of each event name, and the parsing of a line; what the events mean together is `fold.ts`.
 *
 * Source: protocol v3, section 1. Objects are open: a key that this version does not know is dropped, not refused.
 */
import * as z from "zod";

/** What a turn may do. `plan`, `review` and `research` have no writing tools. */
export const TurnMode = z.enum(["chat", "do", "plan", "review", "research"]);
export type TurnMode = z.infer<typeof TurnMode>;

/** How a turn ended: as the model server says it, or `cancelled`. An unknown reason of a server is passed on. */
export const FinishReason = z.string().min(1);

/** Where the token counts of a turn come from: the server said them, we estimated, or the turn broke off. */
export const UsageSource = z.enum(["reported", "estimated", "partial"]);
export type UsageSource = z.infer<typeof UsageSource>;

/**
 * Why a turn failed. The first six are spoken by v3 clients; `lmx-timeout` is silence in the middle of an answer, of
 * whatever server.
 */
export const TurnErrorCode = z.enum([
  "no-model-loaded",
  "lmx-ws-closed",
  "lmx-timeout",
  "lmx-connection-refused",
  "storage-full",
  "state-conflict",
  "connect-timeout",
  "first-token-timeout",
  "turn-timeout",
  "rate-limited",
  "interrupted",
  "context-overflow",
  "bad-response",
  "max-steps",
  "internal",
]);
export type TurnErrorCode = z.infer<typeof TurnErrorCode>;

/** Who estimated counts that nobody reported: the model server, or we, from the length of the text. */
export const UsageEstimator = z.enum(["server", "length"]);
export type UsageEstimator = z.infer<typeof UsageEstimator>;

/**
 * Figures of one ended turn. Times of `elapsed` are seconds, `speed` is completion tokens a second. `estimatedBy` is
 * absent when the counts are the server's own, which those of a turn that broke off may be, too.
 */
export const TurnStats = z.object({
  tokens: z.number().int().nonnegative(),
  promptTokens: z.number().int().nonnegative(),
  completionTokens: z.number().int().nonnegative(),
  toolCalls: z.number().int().nonnegative(),
  elapsed: z.number().nonnegative(),
  speed: z.number().nonnegative(),
  firstTokenLatencyMs: z.number().nonnegative().nullable(),
  usageSource: UsageSource,
  estimatedBy: UsageEstimator.optional(),
  /** Tokens of the model's window that the last request and its answer took, in part estimated. */
  contextTokens: z.number().int().nonnegative().optional(),
  /** The window of that model in tokens; absent when it has none. */
  contextWindow: z.number().int().positive().optional(),
});
export type TurnStats = z.infer<typeof TurnStats>;

/** One text message, as imported into a session or sent to a model. */
export const Message = z.object({ role: z.enum(["system", "user", "assistant"]), content: z.string() });
export type Message = z.infer<typeof Message>;

/** What a turn may override for itself alone [P5]. */
export const TurnOverrides = z.object({
  model: z.string().min(1).optional(),
  provider: z.string().min(1).optional(),
  dangerous: z.boolean().optional(),
  auto: z.boolean().optional(),
  /** Nobody is there to answer a request for permission: what would be asked for is denied. */
  unattended: z.boolean().optional(),
  noCommit: z.boolean().optional(),
  noCheckpoints: z.boolean().optional(),
  format: z.enum(["markdown", "text", "json"]).optional(),
  /** Most requests to the model in this turn; each may call tools. */
  maxTurns: z.number().int().min(1).max(10_000).optional(),
});
export type TurnOverrides = z.infer<typeof TurnOverrides>;

const Json = z.record(z.string(), z.unknown());

const folder = z.string().max(4_096).regex(/^(?:\/|[A-Za-z]:[\\/]|\\\\)/, "must be an absolute path");

/** The folders that the tools of a session may touch, as absolute paths: `cwd`, where relative paths begin, and `dirs`. */
export const Workspace = z.object({ cwd: folder, dirs: z.array(folder).max(32).default([]) });
export type Workspace = z.infer<typeof Workspace>;

const Delta = z.object({
  /** The increment, never the whole text [E4]. */
  text: z.string(),
  turnId: z.string(),
  partId: z.string(),
  /** UTF-16 units from the start of the part. */
  offset: z.number().int().nonnegative(),
});

/** A process that outlives the turn which started it. `timeoutMs` is 0 for one without a limit. */
export const BackgroundProcess = z.object({
  processId: z.string(),
  sessionId: z.string(),
  pid: z.number().int().nullable(),
  command: z.string(),
  label: z.string().nullable(),
  cwd: z.string(),
  state: z.string(),
  exitCode: z.number().int().nullable(),
  startedAt: z.string(),
  endedAt: z.string().nullable(),
  runtimeMs: z.number(),
  timeoutMs: z.number().nullable(),
});
export type BackgroundProcess = z.infer<typeof BackgroundProcess>;

/** Changes were taken back, or brought back by the undo of an undo. */
export const UndoKind = z.enum(["undo", "redo"]);
export type UndoKind = z.infer<typeof UndoKind>;

/** The payload of each event name. */
export const payloads = {
  /** Made for one subscriber, never in the log [R2]: the folded `state`, of which `asOfSeq` is the last event. */
  "session.snapshot": z.looseObject({
    sessionId: z.string(),
    asOfSeq: z.number().int().nonnegative(),
    state: Json,
  }),
  /** Changes of what describes the session. The first event of a log carries `createdAt` and imported `messages`. */
  "session.updated": z.object({
    title: z.string().optional(),
    model: z.string().nullable().optional(),
    tags: z.array(z.string()).optional(),
    metadata: Json.optional(),
    createdAt: z.string().optional(),
    messages: z.array(Message).optional(),
    workspace: Workspace.nullable().optional(),
  }),
  /** A cancel was accepted: these turns start nothing more, and each ends in its own `turn.done`. */
  "session.cancelled": z.object({
    turnIds: z.array(z.string()),
    cancelledQueued: z.number().int().nonnegative(),
    cancelledActive: z.number().int().nonnegative(),
  }),
  /**
   * The conversation had grown beyond the model's window: from here on models are sent `summary` in place of everything up
   * to the turn `throughTurnId`; `null`: in place of the messages that came with the session. The log keeps all of it.
   */
  "session.compacted": z.object({
    /** The turn that needed the room. */
    turnId: z.string(),
    throughTurnId: z.string().nullable(),
    summary: z.string(),
    /** Estimates of what went out of the window, and of what came in for it. */
    replacedTokens: z.number().int().nonnegative(),
    summaryTokens: z.number().int().nonnegative(),
    /** Who made the summary. */
    model: z.string(),
  }),
  /** A person has taken changes of a turn back. The files have been restored; what is here is for people and models. */
  "session.undone": z.object({
    /** What was taken back: a turn, or an undo. */
    changeSet: z.string(),
    /** The change set of the undo itself, by which it can be undone. */
    undoId: z.string(),
    /** The turn whose changes these are. */
    turnId: z.string(),
    kind: UndoKind,
    /** The restored files, the first `MAX_UNDONE_FILES` of `fileCount`. */
    files: z.array(z.string()),
    fileCount: z.number().int().nonnegative(),
  }),
  /** Accepted and durable [S2]. `position` is 0 for a turn that nothing is waiting before. */
  "turn.queued": z.object({
    turnId: z.string(),
    writerId: z.string(),
    position: z.number().int().nonnegative(),
    clientId: z.string(),
    clientTurnId: z.string().optional(),
    content: z.string(),
    mode: TurnMode,
    metadata: Json.optional(),
    overrides: TurnOverrides.optional(),
  }),
  "turn.start": z.object({
    turnId: z.string(),
    writerId: z.string(),
    model: z.string(),
    provider: z.string(),
    transport: z.string(),
  }),
  "turn.token": Delta,
  "turn.thinking": Delta,
  /**
   * The turn is alive though no text comes: a long prefill (phase `prefill`), another try (`retry`), making room in the
   * model's window (`compact`), tools that are missing (`tools`), another way to a model (`fallback`), for which `model`, `provider` and `transport` replace what `turn.start` said. Elapsed time is
   * milliseconds since the turn began to run. A turn that tries to reach a model has progress before its `turn.start`.
   */
  "turn.progress": z.object({
    turnId: z.string(),
    phase: z.string(),
    message: z.string(),
    elapsedMs: z.number().nonnegative(),
    model: z.string().optional(),
    provider: z.string().optional(),
    transport: z.string().optional(),
  }),
  "turn.done": z.object({
    turnId: z.string(),
    writerId: z.string(),
    clientId: z.string(),
    finishReason: FinishReason,
    stats: TurnStats,
  }),
  "turn.error": z.object({
    turnId: z.string(),
    writerId: z.string(),
    clientId: z.string(),
    message: z.string(),
    code: TurnErrorCode,
    retryable: z.boolean(),
    /** What the turn had used when it failed, where that is known. */
    stats: TurnStats.optional(),
  }),
  "tool.start": z.object({ toolName: z.string(), callId: z.string(), args: Json, turnId: z.string() }),
  /** `elapsed` is seconds. */
  "tool.end": z.object({
    toolName: z.string(),
    callId: z.string(),
    result: z.string(),
    elapsed: z.number().nonnegative(),
    turnId: z.string(),
    ok: z.boolean(),
    truncated: z.boolean().optional(),
    /** It did not run, because it was not permitted; `result` says why. */
    denied: z.boolean().optional(),
  }),
  /** `argsHash` is the hash of the exact arguments shown; a decision binds to it [P3]. */
  "permission.request": z.object({
    requestId: z.string(),
    toolName: z.string(),
    args: Json,
    turnId: z.string(),
    callId: z.string(),
    argsHash: z.string(),
    reason: z.string(),
    diff: z.string().optional(),
    /** What an approval for the session, or for always, would cover: a tool, or a tool and a pattern [P5]. */
    rule: z.string().optional(),
    /** It is a question to a person: an approval carries the answer. `args` has the question. */
    needsAnswer: z.boolean().optional(),
  }),
  "permission.resolved": z.object({
    requestId: z.string(),
    decision: z.enum(["allow", "deny"]),
    decidedBy: z.string(),
    reason: z.enum(["user", "policy", "timeout", "cancelled"]),
    scope: z.enum(["once", "session", "always"]).optional(),
    /** What a person says to a question. */
    answer: z.string().optional(),
  }),
  "background.output": z.object({
    processId: z.string(),
    sessionId: z.string(),
    pid: z.number().int().nullable(),
    seq: z.number().int(),
    stream: z.enum(["stdout", "stderr"]),
    text: z.string(),
  }),
  "background.status": z.object({ process: BackgroundProcess, reason: z.string() }),
} as const;

export type EventName = keyof typeof payloads;
export type Payload<N extends EventName> = z.infer<(typeof payloads)[N]>;

/** What every line has, whatever its event name [E1-E3]. */
export interface EnvelopeOf<N extends string, P> {
  v: "3";
  event: N;
  /** The process that wrote the event. */
  daemonId: string;
  sessionId: string;
  /** Random id of this history of the session [E2]. */
  epoch: string;
  /** 1, 2, 3 … without a gap [E1]. */
  seq: number;
  /** ISO 8601, UTC. */
  ts: string;
  payload: P;
}

/** An event that this version knows. */
export type OptaEvent = { [N in EventName]: EnvelopeOf<N, Payload<N>> }[EventName];
/** An event of a later version: it moves the cursor and nothing else [E7]. */
export type UnknownEvent = EnvelopeOf<"unknown", { name: string }>;
/** What a session's code wants in its log, before it has a number. */
export type EventDraft = { [N in EventName]: { event: N; payload: Payload<N> } }[EventName];

/** The envelope, with a payload that is not yet looked at. */
export const Envelope = z.object({
  v: z.literal("3"),
  event: z.string(),
  daemonId: z.string(),
  sessionId: z.string(),
  epoch: z.string(),
  seq: z.number().int().nonnegative(),
  ts: z.string(),
  payload: z.unknown(),
});

/**
 * Validates one envelope that came from outside.
 *
 * @throws {z.ZodError} when it is no envelope, or the payload of a known event has another shape
 */
export function parseEvent(value: unknown): OptaEvent | UnknownEvent {
  const envelope = Envelope.parse(value);
  if (!isEventName(envelope.event)) return { ...envelope, event: "unknown", payload: { name: envelope.event } };
  const payload = payloads[envelope.event].parse(envelope.payload);
  return { ...envelope, payload } as OptaEvent; // the table pairs each name with its payload
}

function isEventName(name: string): name is EventName {
  return Object.hasOwn(payloads, name);
}
