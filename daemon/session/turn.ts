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
import { answerOf, type EventDraft, messagesOf, type Turn, type TurnErrorCode } from "@opta/protocol";
import type { Model, ModelFailure, ModelPart, ModelRequest, ModelSource } from "../model/model.ts";
import { DeltaWriter } from "./delta_writer.ts";
import type { SessionLog } from "./session_log.ts";
import { TurnMeter } from "./turn_meter.ts";

/** Why a running turn was told to stop. */
export type StopReason = "cancelled" | "interrupted";

/** What a turn needs of the world. */
export interface TurnContext {
  log: SessionLog;
  models: ModelSource;
  /** Milliseconds of a monotonic clock. */
  monotonic: () => number;
  /** Aborted with a `StopReason`; also when the log fails. */
  signal: AbortSignal;
}

type Outcome =
  | { kind: "finished"; reason: string }
  | { kind: "failed"; failure: ModelFailure }
  | { kind: "stopped" };

/**
 * Runs a queued turn to its end.
 *
 * @throws {StorageError | HeadMismatchError} when its events cannot be stored; the model is told to stop
 */
export async function runTurn(turn: Turn, { log, models, monotonic, signal }: TurnContext): Promise<void> {
  const meter = new TurnMeter(monotonic);
  const outcome = await answer(turn, log, models, meter, signal);
  if (isSettled(turn, outcome, log, signal)) return;
  await log.append([endOf(turn, outcome, meter, log)], "synced", { search: searchText(turn, log) });
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

async function answer(
  turn: Turn,
  log: SessionLog,
  models: ModelSource,
  meter: TurnMeter,
  signal: AbortSignal,
): Promise<Outcome> {
  const wish = { model: turn.overrides.model ?? log.state.model, provider: turn.overrides.provider ?? null };
  const choice = await models.choose(wish, signal);
  if (signal.aborted) return { kind: "stopped" };
  if ("code" in choice) return { kind: "failed", failure: choice };

  const request: ModelRequest = {
    model: choice.name,
    messages: [...messagesOf(log.state), { role: "user", content: turn.content }],
  };
  meter.begin(request);
  const ended = new AbortController();
  const parts = requestAtOnce(choice.model, request, AbortSignal.any([signal, ended.signal]));
  try {
    const { provider, transport } = choice.model;
    const { turnId, writerId } = turn;
    const payload = { turnId, writerId, model: choice.name, provider, transport };
    await log.append([{ event: "turn.start", payload }], "synced");
    return await record(parts, turn, log, meter, signal);
  } finally {
    ended.abort(); // however we leave, nothing is generated for nobody
  }
}

/** Sends the request now, while `turn.start` is on its way to the disk, rather than when the first part is asked for. */
function requestAtOnce(model: Model, request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelPart> {
  const parts = model.stream(request, signal)[Symbol.asyncIterator]();
  const first = parts.next();
  first.catch(() => {}); // looked at by the loop, if it gets there
  return (async function* () {
    for (let result = await first; !result.done; result = await parts.next()) yield result.value;
  })();
}

/** Writes the parts down as events until the last one. */
async function record(
  parts: AsyncIterable<ModelPart>,
  turn: Turn,
  log: SessionLog,
  meter: TurnMeter,
  signal: AbortSignal,
): Promise<Outcome> {
  const { turnId } = turn;
  const emit = (draft: EventDraft) => {
    log.append([draft], "written").catch(() => {}); // a failed log aborts the turn and refuses its end
  };
  const deltas = new DeltaWriter(turnId, emit, meter.now);
  try {
    for await (const part of parts) {
      if (signal.aborted) break;
      switch (part.type) {
        case "text":
        case "thinking":
          meter.count(part.text);
          deltas.push(part.type, part.text);
          break;
        case "usage":
          meter.report(part);
          break;
        case "fallback": {
          const { transport, message } = part;
          const progress = { turnId, phase: "fallback", message, transport, elapsedMs: meter.elapsedMs() };
          emit({ event: "turn.progress", payload: progress });
          break;
        }
        case "tool_call":
          break; // none was offered: `finish` says that the model wants one, and the turn fails with that
        case "finish":
          return finished(part.reason);
        case "error":
          return { kind: "failed", failure: part.failure };
        default:
          part satisfies never;
      }
    }
  } finally {
    deltas.flush();
  }
  if (signal.aborted) return { kind: "stopped" };
  const message = "The model's answer ended without saying why. Try again.";
  return { kind: "failed", failure: { code: "bad-response", message, retryable: true } };
}

function finished(reason: string): Outcome {
  if (reason !== "tool_calls") return { kind: "finished", reason: reason || "stop" }; // "" says nothing else
  const message = "The model asked for a tool, although none was offered. Try again or choose another model.";
  return { kind: "failed", failure: { code: "bad-response", message, retryable: true } };
}

function endOf(turn: Turn, outcome: Outcome, meter: TurnMeter, { state }: SessionLog): EventDraft {
  const { turnId, writerId, clientId } = turn;
  const done = (finishReason: string, complete: boolean): EventDraft => ({
    event: "turn.done",
    payload: { turnId, writerId, clientId, finishReason, stats: meter.stats(complete) },
  });
  // A cancel that the log has taken is kept to, whatever else ended the answer at the same moment [C1].
  if (state.active?.turnId === turnId && state.active.cancelRequested) return done("cancelled", false);
  switch (outcome.kind) {
    case "finished":
      return done(outcome.reason, true);
    case "failed":
      return { event: "turn.error", payload: { turnId, writerId, clientId, ...outcome.failure } };
    case "stopped":
      return interruption(turn);
    default:
      return outcome satisfies never;
  }
}

/** The end of a turn that the daemon did not live to finish [X1]. */
export function interruption(turn: Turn): EventDraft {
  const message = "The daemon stopped while this turn ran. What it had said is kept; submit it again to go on.";
  return brokenOff(turn, "interrupted", message);
}

/** The end of a turn of which no more could be stored. */
export function outOfSpace(turn: Turn): EventDraft {
  const message = "The disk was full while this turn ran. What was stored of it is kept; submit it again to go on.";
  return brokenOff(turn, "storage-full", message);
}

function brokenOff({ turnId, writerId, clientId }: Turn, code: TurnErrorCode, message: string): EventDraft {
  return { event: "turn.error", payload: { turnId, writerId, clientId, message, code, retryable: true } };
}

function searchText(turn: Turn, log: SessionLog) {
  const text = log.state.active?.turnId === turn.turnId ? answerOf(log.state.active) : "";
  return text === "" ? [] : [{ turnId: turn.turnId, role: "assistant" as const, text }];
}
