/**
 * One turn: choose a model, ask it, write down what it says until it ends. Whatever happens, the turn ends exactly once,
 * in `turn.done` or `turn.error` [T1]; model failure, cancellation and a stopping daemon are values on the way there.
 *
 *     queued ── choose ──┬─ start ── parts … ──┬─ finish ───────► turn.done
 *                        │                     ├─ failure ──────► turn.error
 *                        └─ failure ──────────►│
 *                                              ├─ cancelled ────► turn.done, finishReason "cancelled"
 *                                              └─ interrupted ──► turn.error, code "interrupted"
 */
import { answerOf, type EventDraft, type Turn, type TurnErrorCode } from "@opta/protocol";
import { ContextRoom } from "../context/context_room.ts";
import { systemPrompt } from "../context/system_prompt.ts";
import type { ModelFailure } from "../model/model.ts";
import { TIMEOUT_SETTINGS } from "../model/timeouts.ts";
import { specOf } from "../tools/tool.ts";
import type { TurnTools } from "../tools/turn_tools.ts";
import { localDay } from "../usage/local_day.ts";
import { answerTurn, type Outcome } from "./answer_turn.ts";
import { DeltaWriter } from "./delta_writer.ts";
import type { SessionLog } from "./session_log.ts";
import { TurnMeter, unmeasuredStats } from "./turn_meter.ts";
import { emit, emitProgress, type StopReason, type TurnContext, type TurnRun } from "./turn_run.ts";

/**
 * Runs a queued turn to its end.
 *
 * @throws {StorageError | HeadMismatchError} when its events cannot be stored; the model is told to stop
 */
export async function runTurn(
  turn: Turn,
  { turnLimitMs, contextLength, toolSource, ...context }: TurnContext,
): Promise<void> {
  const { log, clock, signal } = context;
  const { sessionId, workspace } = log.state;
  const tools = await toolSource.open({ sessionId, mode: turn.mode, workspace, signal });
  const system = await systemOf(turn, tools, signal);
  const meter = new TurnMeter(clock.now);
  const late = new AbortController();
  const callOff = clock.after(turnLimitMs, () => late.abort());
  const run: TurnRun = {
    ...context,
    signal: AbortSignal.any([signal, late.signal]),
    turn,
    meter,
    deltas: new DeltaWriter(turn.turnId, (draft) => emit(context, draft), clock.now),
    tools,
    specs: [...tools.offered.values()].map(specOf),
    system,
    messages: [{ role: "user", content: turn.content }],
    room: new ContextRoom(contextLength),
    callIds: new Set(),
    choice: null,
    isFallback: false,
  };
  tools.notices?.forEach((notice) => emitProgress(run, "tools", notice));
  const outcome = await answerTurn(run).finally(callOff);
  if (isSettled(turn, outcome, log, signal)) return;
  const told = outcome.kind === "stopped" && !signal.aborted ? tooLong(turnLimitMs, log) : outcome;
  await log.append([endOf(turn, told, meter, log)], "synced", { search: searchText(turn, log) });
}

/** `null` for a turn without tools: a mere chat needs no words about them. */
async function systemOf({ mode, queuedAt }: Turn, tools: TurnTools, signal: AbortSignal): Promise<string | null> {
  if (tools.offered.size === 0) return null;
  const instructions = await tools.instructions?.(signal) ?? null;
  const day = localDay(new Date(queuedAt));
  return systemPrompt({ mode, workspace: tools.workspace, instructions, day, os: Deno.build.os });
}

/** Whether the log needs no end from us: a cancel wrote it already, or the turn did not begin and stays queued. */
function isSettled({ turnId }: Turn, outcome: Outcome, { state }: SessionLog, signal: AbortSignal): boolean {
  if (state.active?.turnId === turnId) return false;
  const isQueued = state.queue.some((queued) => queued.turnId === turnId);
  return !isQueued || (outcome.kind === "stopped" && stopReason(signal) === "interrupted");
}

function stopReason(signal: AbortSignal): StopReason {
  return signal.reason;
}

function tooLong(limitMs: number, { state: { active } }: SessionLog): Outcome {
  const who = active?.start ? `${active.start.model} (${active.start.provider})` : "The model server";
  const message =
    `${who} did not come to the end of this turn within ${limitMs / 1_000} s. Ask for less at a time, or ` +
    `set ${TIMEOUT_SETTINGS.turnMs} higher.`;
  return { kind: "failed", failure: { code: "turn-timeout", message, retryable: true } };
}

function endOf(turn: Turn, outcome: Outcome, meter: TurnMeter, { state }: SessionLog): EventDraft {
  const { turnId, writerId, clientId } = turn;
  const done = (finishReason: string, complete: boolean): EventDraft => ({
    event: "turn.done",
    payload: { turnId, writerId, clientId, finishReason, stats: meter.stats(complete) },
  });
  const isActive = state.active?.turnId === turnId;
  // A cancel that the log has taken is kept to, whatever else ended the answer at the same moment [C1].
  if (isActive && state.active?.cancelRequested) return done("cancelled", false);
  switch (outcome.kind) {
    case "finished":
      return done(outcome.reason, true);
    case "failed":
      return failureOf(turn, outcome.failure, isActive ? meter : null);
    case "stopped":
      return interruption(turn, meter);
    default:
      return outcome satisfies never;
  }
}

/** @param meter of a turn that began; one that did not has used nothing */
function failureOf(
  { turnId, writerId, clientId }: Turn,
  { code, message, retryable }: ModelFailure,
  meter: TurnMeter | null,
): EventDraft {
  const payload = { turnId, writerId, clientId, message, code, retryable };
  return { event: "turn.error", payload: { ...payload, ...(meter && { stats: meter.stats(false) }) } };
}

/** The end of a turn that the daemon did not live to finish [X1]. */
export function interruption(turn: Turn, meter?: TurnMeter): EventDraft {
  const message = "The daemon stopped while this turn ran. What it had said is kept; submit it again to go on.";
  return brokenOff(turn, "interrupted", message, meter);
}

/** The end of a turn of which no more could be stored. */
export function outOfSpace(turn: Turn): EventDraft {
  const message = "The disk was full while this turn ran. What was stored of it is kept; submit it again to go on.";
  return brokenOff(turn, "storage-full", message);
}

function brokenOff(turn: Turn, code: TurnErrorCode, message: string, meter?: TurnMeter): EventDraft {
  const { turnId, writerId, clientId } = turn;
  const stats = meter?.stats(false) ?? unmeasuredStats(turn);
  return { event: "turn.error", payload: { turnId, writerId, clientId, message, code, retryable: true, stats } };
}

function searchText(turn: Turn, log: SessionLog) {
  const text = log.state.active?.turnId === turn.turnId ? answerOf(log.state.active) : "";
  return text === "" ? [] : [{ turnId: turn.turnId, role: "assistant" as const, text }];
}
