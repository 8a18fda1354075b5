/** Random conversations, for tests: moves that a property test draws, each of which writes one likely event. */
import type { EventDraft, Payload } from "../event.ts";
import type { SessionState, TextPart, Turn } from "../state.ts";
import type { LogWriter } from "./log_writer.ts";

export const moves = [
  "submit",
  "start",
  "text",
  "think",
  "progress",
  "tool",
  "ask",
  "decide",
  "cancel",
  "done",
  "fail",
  "retitle",
  "background",
  "undo",
  "unknown",
] as const;
export type Move = (typeof moves)[number];

/** Writes what the move means in the log's state; one that does not fit there becomes another title. */
export function play(log: LogWriter, move: Move): string {
  return move === "unknown" ? log.appendUnknown("session.moved") : log.append(draft(log, move) ?? retitle(log));
}

function draft(log: LogWriter, move: Exclude<Move, "unknown">): EventDraft | null {
  const { state } = log;
  const { active } = state;
  switch (move) {
    case "submit":
      return { event: "turn.queued", payload: queuedTurn(log.headSeq + 1, state) };
    case "start": {
      const next = state.queue[0];
      if (active || !next) return null;
      const { turnId, writerId } = next;
      return { event: "turn.start", payload: { turnId, writerId, model: "m1", provider: "fake", transport: "ws" } };
    }
    case "text":
      return active && { event: "turn.token", payload: nextDelta(active, "text", `word${log.headSeq} `) };
    case "think":
      return active && { event: "turn.thinking", payload: nextDelta(active, "thinking", `hm${log.headSeq} `) };
    case "progress": {
      const progress = { phase: "prefill", message: "Reading", elapsedMs: log.headSeq };
      return active && { event: "turn.progress", payload: { turnId: active.turnId, ...progress } };
    }
    case "tool":
      return active && toolEvent(active);
    case "ask":
      return active && { event: "permission.request", payload: request(active, `r${log.headSeq}`) };
    case "decide": {
      const open = Object.values(state.permissions).find((permission) => !permission.resolved);
      if (!open) return null;
      const decision = { decision: "allow", decidedBy: "w1", reason: "user", scope: "once" } as const;
      return { event: "permission.resolved", payload: { requestId: open.requestId, ...decision } };
    }
    case "cancel":
      return active &&
        { event: "session.cancelled", payload: { turnIds: [active.turnId], cancelledQueued: 0, cancelledActive: 1 } };
    case "done":
      return active && { event: "turn.done", payload: done(active) };
    case "fail": {
      const turn = active ?? state.queue[0];
      if (!turn) return null;
      const { turnId, writerId, clientId } = turn;
      const failure = { message: "The model server hung up.", code: "lmx-ws-closed", retryable: true } as const;
      return { event: "turn.error", payload: { turnId, writerId, clientId, ...failure } };
    }
    case "retitle":
      return retitle(log);
    case "background":
      return { event: "background.status", payload: { process: process(state.sessionId), reason: "started" } };
    case "undo": {
      const what = { changeSet: "t1", turnId: "t1", undoId: `undo_${log.headSeq}`, kind: "undo" } as const;
      return { event: "session.undone", payload: { ...what, files: ["a.txt"], fileCount: 1 } };
    }
    default:
      return move satisfies never;
  }
}

function retitle(log: LogWriter): EventDraft {
  return { event: "session.updated", payload: { title: `Title ${log.headSeq}`, model: null, tags: ["a"] } };
}

function queuedTurn(n: number, { queue }: SessionState): Payload<"turn.queued"> {
  const who = { writerId: `w${n % 3}`, clientId: `c${n % 2}`, clientTurnId: `ct${n}` };
  return { turnId: `t${n}`, position: queue.length, ...who, content: `Question ${n}`, mode: "chat" };
}

/** The delta that continues the turn's last part, or begins another part, at its right offset [E4]. */
export function nextDelta(turn: Turn, kind: TextPart["kind"], text: string): Payload<"turn.token"> {
  const last = turn.parts.at(-1);
  return last?.kind === kind
    ? { text, turnId: turn.turnId, partId: last.partId, offset: last.text.length }
    : { text, turnId: turn.turnId, partId: `p${turn.parts.length}`, offset: 0 };
}

function toolEvent({ turnId, parts }: Turn): EventDraft {
  const last = parts.at(-1);
  if (last?.kind === "tool" && !last.end) {
    const { toolName, callId } = last;
    return { event: "tool.end", payload: { toolName, callId, turnId, result: "text", elapsed: 0.5, ok: true } };
  }
  const callId = `call${parts.length}`;
  return { event: "tool.start", payload: { toolName: "read_file", callId, turnId, args: { path: "a.txt" } } };
}

export function request({ turnId }: Pick<Turn, "turnId">, requestId: string): Payload<"permission.request"> {
  const what = { toolName: "write_file", args: { path: "b.txt" }, callId: `${requestId}-call`, argsHash: "h" };
  return { requestId, turnId, ...what, reason: "It writes." };
}

export function done(
  { turnId, writerId, clientId }: Pick<Turn, "turnId" | "writerId" | "clientId">,
): Payload<"turn.done"> {
  const counts = { tokens: 3, promptTokens: 2, completionTokens: 1, toolCalls: 0 };
  const times = { elapsed: 0.2, speed: 5, firstTokenLatencyMs: 12 };
  const stats = { ...counts, ...times, usageSource: "reported" } as const;
  return { turnId, writerId, clientId, finishReason: "stop", stats };
}

function process(sessionId: string): Payload<"background.status">["process"] {
  const what = { processId: "bg1", sessionId, pid: 7, command: "sleep 9", label: null, cwd: "/w", state: "running" };
  const when = { startedAt: "2026-01-01T00:00:00.000Z", endedAt: null, runtimeMs: 1, timeoutMs: null };
  return { ...what, exitCode: null, ...when };
}
