/** What the files that run a turn share: the world around it, and how far it has come. */
import type { EventDraft, Turn } from "@opta/protocol";
import type { ContextRoom } from "../context/context_room.ts";
import type { ModelChoice, ModelFailure, ModelMessage, ModelSource, ToolCall, ToolSpec } from "../model/model.ts";
import type { ModelCounters } from "../observe/model_counters.ts";
import type { ToolSource, TurnTools } from "../tools/turn_tools.ts";
import type { DeltaWriter } from "./delta_writer.ts";
import type { SessionLog } from "./session_log.ts";
import type { TurnMeter } from "./turn_meter.ts";

/** Why a running turn was told to stop. */
export type StopReason = "cancelled" | "interrupted";

/** Time, as a turn sees it. */
export interface TurnClock {
  /** Milliseconds of a monotonic clock. */
  now(): number;
  /** Calls `act` once, after `ms`. Returns the way to call it off. */
  after(ms: number, act: () => void): () => void;
}

/** What a turn needs of the world. */
export interface TurnContext {
  log: SessionLog;
  models: ModelSource;
  traffic: ModelCounters;
  clock: TurnClock;
  /** From 0 to 1. */
  random: () => number;
  /** Where tools come from. */
  toolSource: ToolSource;
  /** How long a request for permission waits for a person. */
  permissionLimitMs: number;
  /** Longest time from the beginning of the turn to its end. */
  turnLimitMs: number;
  /** The window of models in tokens; `null` for what their servers say. */
  contextLength: number | null;
  /** Aborted with a `StopReason`; also when the log fails. */
  signal: AbortSignal;
}

/** A turn that runs. */
export interface TurnRun extends Omit<TurnContext, "turnLimitMs" | "contextLength" | "toolSource"> {
  readonly turn: Turn;
  readonly meter: TurnMeter;
  readonly deltas: DeltaWriter;
  /** What the model may call. */
  readonly tools: TurnTools;
  readonly specs: ToolSpec[];
  /** What the model is told before the conversation; `null` for nothing. */
  readonly system: string | null;
  /** The message of this turn and what came of it so far: with what was said before, the next request sends it. */
  readonly messages: ModelMessage[];
  readonly room: ContextRoom;
  /** Ids of tool calls so far. */
  readonly callIds: Set<string>;
  /** The model that answers this turn, once it is chosen. */
  choice: ModelChoice | null;
  /** It is the one that the user allows when none of the others can be reached. */
  isFallback: boolean;
}

/** What came of one request to the model. */
export type Step =
  | { kind: "answered"; reason: string; text: string; calls: ToolCall[] }
  /** `saidNothing`: another try would not repeat anything that was shown. */
  | { kind: "failed"; failure: ModelFailure; saidNothing: boolean }
  | { kind: "stopped" };

export const systemClock: TurnClock = {
  now: () => performance.now(),
  after(ms, act) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  },
};

/** Writes an event that nobody waits for: a failed log aborts the turn and refuses its end. */
export function emit({ log }: { log: SessionLog }, draft: EventDraft): void {
  log.append([draft], "written").catch(() => {});
}

/** Tells that the turn is alive though no text comes, and how it goes on. */
export function emitProgress(
  run: TurnRun,
  phase: string,
  message: string,
  way: { model?: string; provider?: string; transport?: string } = {},
): void {
  const { turn: { turnId }, meter } = run;
  emit(run, { event: "turn.progress", payload: { turnId, phase, message, elapsedMs: meter.elapsedMs(), ...way } });
}

/** Waits; ends early when the turn is to stop. */
export async function pause({ clock, signal }: TurnRun, ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const callOff = clock.after(ms, resolve);
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  await promise;
  callOff();
}
