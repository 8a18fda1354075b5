/**
 * `fold(state, event)`: what a session's log means. Daemon, command line, terminal UI, web page and tests all use this
 * one function, so that they cannot disagree.
 *
 * It is pure and shares structure: a text delta copies the running turn and nothing of the turns before it, so that its
 * cost does not depend on the length of the history.
 */
import type { OptaEvent, Payload, TurnStats, UnknownEvent } from "./event.ts";
import { MAX_UNDONE } from "./limits.ts";
import type { Part, Permission, SessionState, TextPart, Turn, TurnEnd } from "./state.ts";

/** An event did not follow the one before it: the caller skipped part of the log and must subscribe again. */
export class GapError extends Error {
  override readonly name = "GapError";
  constructor(readonly expectedSeq: number, readonly seq: number) {
    super(`Event ${seq} does not follow ${expectedSeq - 1}: events in between are missing.`);
  }
}

/**
 * The state after one more event.
 *
 * - An event that the state already holds changes nothing [E3].
 * - A snapshot replaces the state, whatever it was [R2].
 * - An unknown event moves the cursor alone [E7].
 *
 * @throws {GapError} when events before this one are missing, or it is of another epoch [R1]
 */
export function fold(state: SessionState, event: OptaEvent | UnknownEvent): SessionState {
  if (event.event === "session.snapshot") return event.payload.state as unknown as SessionState;
  if (event.epoch === state.epoch && event.seq <= state.seq) return state;
  if (event.epoch !== state.epoch || event.seq !== state.seq + 1) throw new GapError(state.seq + 1, event.seq);
  return apply({ ...state, seq: event.seq, updatedAt: event.ts }, event);
}

/** `next` is this function's own copy: its fields may be set, what they point to may not be changed. */
function apply(next: SessionState, event: Exclude<OptaEvent, { event: "session.snapshot" }> | UnknownEvent) {
  switch (event.event) {
    case "session.updated":
      return describeSession(next, event.payload);
    case "session.cancelled":
      return requestCancel(next, event.payload.turnIds);
    case "session.compacted": {
      const { throughTurnId, summary } = event.payload;
      next.compaction = { throughTurnId, summary };
      return next;
    }
    case "session.undone":
      return recordUndo(next, event.payload);
    case "turn.queued":
      return enqueue(next, event.payload, event.ts);
    case "turn.start":
      return start(next, event.payload, event.ts);
    case "turn.token":
      return appendText(next, "text", event.payload);
    case "turn.thinking":
      return appendText(next, "thinking", event.payload);
    case "turn.progress":
      return showProgress(next, event.payload);
    case "turn.done": {
      const { turnId, finishReason, stats } = event.payload;
      return endTurn(addUsage(next, stats), turnId, { kind: "done", finishReason, stats }, event.ts);
    }
    case "turn.error": {
      const { turnId, code, message, retryable, stats } = event.payload;
      if (stats) addUsage(next, stats);
      return endTurn(next, turnId, { kind: "error", code, message, retryable, ...(stats && { stats }) }, event.ts);
    }
    case "tool.start": {
      const { callId, toolName, args, turnId } = event.payload;
      next.toolCallCount++;
      changeParts(next, turnId, (parts) => [...parts, { kind: "tool", callId, toolName, args }]);
      return changeActive(next, turnId, (turn) => ({ ...turn, progress: undefined }));
    }
    case "tool.end": {
      const { callId, turnId, ok, result, elapsed, truncated = false, denied } = event.payload;
      const end = { ok, result, elapsed, truncated, ...(denied && { denied }) };
      return changeParts(
        next,
        turnId,
        (parts) => parts.map((part) => part.kind === "tool" && part.callId === callId ? { ...part, end } : part),
      );
    }
    case "permission.request":
      next.permissions = { ...next.permissions, [event.payload.requestId]: event.payload };
      return next;
    case "permission.resolved":
      return resolvePermission(next, event.payload);
    case "background.status": {
      const { process } = event.payload;
      next.background = { ...next.background, [process.processId]: process };
      return next;
    }
    case "background.output": // kept by whoever shows the process; the log has it
    case "unknown":
      return next;
    default:
      return event satisfies never;
  }
}

function describeSession(next: SessionState, payload: Payload<"session.updated">): SessionState {
  next.title = payload.title ?? next.title;
  next.model = payload.model === undefined ? next.model : payload.model;
  next.tags = payload.tags ?? next.tags;
  next.metadata = payload.metadata ?? next.metadata;
  next.workspace = payload.workspace === undefined ? next.workspace : payload.workspace;
  next.createdAt = payload.createdAt ?? next.createdAt;
  next.imported = payload.messages ?? next.imported;
  return next;
}

/** A conversation in which no turn has begun has nothing that could be taken back. */
function recordUndo(next: SessionState, { kind, files, fileCount }: Payload<"session.undone">): SessionState {
  const last = next.turns.findLast(({ start }) => start);
  if (last) {
    next.undone = [...next.undone ?? [], { afterTurnId: last.turnId, kind, files, fileCount }].slice(-MAX_UNDONE);
  }
  return next;
}

function enqueue(next: SessionState, payload: Payload<"turn.queued">, at: string): SessionState {
  const { turnId, writerId, clientId, clientTurnId = null, mode, content, overrides = {} } = payload;
  const turn: Turn = {
    turnId,
    writerId,
    clientId,
    clientTurnId,
    mode,
    content,
    overrides,
    queuedAt: at,
    parts: [],
    cancelRequested: false,
  };
  next.queue = [...next.queue, turn];
  if (!next.writers.includes(writerId)) next.writers = [...next.writers, writerId];
  return next;
}

function start(next: SessionState, payload: Payload<"turn.start">, at: string): SessionState {
  const turn = next.queue.find((queued) => queued.turnId === payload.turnId);
  if (!turn) return next;
  const { model, provider, transport } = payload;
  next.queue = next.queue.filter((queued) => queued !== turn);
  next.active = { ...turn, progress: undefined, start: { at, model, provider, transport } };
  return next;
}

function requestCancel(next: SessionState, turnIds: string[]): SessionState {
  const mark = (turn: Turn) => turnIds.includes(turn.turnId) ? { ...turn, cancelRequested: true } : turn;
  next.queue = next.queue.map(mark);
  next.active &&= mark(next.active);
  return next;
}

function appendText(next: SessionState, kind: TextPart["kind"], delta: Payload<"turn.token">): SessionState {
  const { turnId, partId, text } = delta;
  const turn = next.active;
  if (turn?.turnId !== turnId) return next;
  const last = turn.parts.at(-1);
  const continues = last !== undefined && last.kind === kind && last.partId === partId;
  const parts: Part[] = continues
    ? turn.parts.with(-1, { ...last, text: last.text + text })
    : [...turn.parts, { kind, partId, text }];
  next.active = { ...turn, parts, progress: undefined };
  return next;
}

/** Of the running turn, or of the one that waits for nothing but its model. */
function showProgress(next: SessionState, progress: Payload<"turn.progress">): SessionState {
  const { turnId, model, provider, transport } = progress;
  const change = (turn: Turn): Turn => ({
    ...turn,
    progress,
    ...(turn.start && {
      start: {
        ...turn.start,
        model: model ?? turn.start.model,
        provider: provider ?? turn.start.provider,
        transport: transport ?? turn.start.transport,
      },
    }),
  });
  if (next.queue[0]?.turnId === turnId) next.queue = next.queue.with(0, change(next.queue[0]));
  return changeActive(next, turnId, change);
}

function addUsage(next: SessionState, { promptTokens, completionTokens, usageSource }: TurnStats): SessionState {
  const total = next.usage[usageSource];
  next.usage = {
    ...next.usage,
    [usageSource]: {
      promptTokens: total.promptTokens + promptTokens,
      completionTokens: total.completionTokens + completionTokens,
    },
  };
  return next;
}

function endTurn(next: SessionState, turnId: string, end: TurnEnd, at: string): SessionState {
  const turn = next.active?.turnId === turnId ? next.active : next.queue.find((queued) => queued.turnId === turnId);
  if (!turn) return next; // it has ended already [T1]
  next.turns = [...next.turns, { ...turn, progress: undefined, end: { ...end, at } }];
  if (turn === next.active) next.active = null;
  else next.queue = next.queue.filter((queued) => queued !== turn);
  return next;
}

function resolvePermission(next: SessionState, payload: Payload<"permission.resolved">): SessionState {
  const { requestId, ...resolved } = payload;
  const permission = Object.hasOwn(next.permissions, requestId) ? next.permissions[requestId] : undefined;
  if (!permission || permission.resolved) return next; // the first decision wins [P1]
  next.permissions = { ...next.permissions, [requestId]: { ...permission, resolved } satisfies Permission };
  return next;
}

function changeActive(next: SessionState, turnId: string, change: (turn: Turn) => Turn): SessionState {
  if (next.active?.turnId === turnId) next.active = change(next.active);
  return next;
}

function changeParts(next: SessionState, turnId: string, change: (parts: Part[]) => Part[]): SessionState {
  return changeActive(next, turnId, (turn) => ({ ...turn, parts: change(turn.parts) }));
}
