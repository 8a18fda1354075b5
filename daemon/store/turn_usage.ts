/** What one turn used, as the event that ended it says. The log is the source: these records can be made again from it. */
import type { OptaEvent, UsageEstimator, UsageSource } from "@opta/protocol";

/** Far more than all requests of a turn together can use; with it, sums over nine thousand such turns stay exact. */
const MOST_PER_TURN = 1e12;

/** Counted once for each turn that had begun, with the event that ended it. */
export interface TurnUsage {
  turnId: string;
  /** The event that ended the turn. */
  seq: number;
  /** ISO 8601, UTC. */
  endedAt: string;
  /** Who answered last; `null` for a turn that failed before anybody did. */
  provider: string | null;
  model: string | null;
  source: UsageSource;
  /** `null`: the server counted, or nobody said who estimated. */
  estimatedBy: UsageEstimator | null;
  promptTokens: number;
  completionTokens: number;
  toolCalls: number;
  /** 0 where it was not measured. */
  elapsedMs: number;
}

/** The events with which a turn ends [T1]. */
export type TurnEndEvent = Extract<OptaEvent, { event: "turn.done" | "turn.error" }>;

export function isTurnEnd(event: { event: string }): event is TurnEndEvent {
  return event.event === "turn.done" || event.event === "turn.error";
}

/**
 * `null` when nothing was asked of a model: the turn was cancelled in the queue, or found no model.
 *
 * A turn that ends without figures, as after a bug, counts as `partial` with no tokens: it ran, and what it used was not
 * measured. That is also what the folded state makes of it, so that the two never disagree.
 *
 * @param start who answers, as the state before the event has it
 * @throws {RangeError} when the event's time is none, as it may be in a damaged log
 */
export function turnUsage(
  { seq, ts, payload: { turnId, stats } }: TurnEndEvent,
  start: { provider: string; model: string } | undefined,
): TurnUsage | null {
  if (!start && !(stats && stats.promptTokens + stats.completionTokens > 0)) return null;
  const bounded = (count = 0) => Math.min(MOST_PER_TURN, Math.round(count));
  return {
    turnId,
    seq,
    endedAt: new Date(ts).toISOString(),
    provider: start?.provider ?? null,
    model: start?.model ?? null,
    source: stats?.usageSource ?? "partial",
    estimatedBy: stats?.estimatedBy ?? null,
    promptTokens: bounded(stats?.promptTokens),
    completionTokens: bounded(stats?.completionTokens),
    toolCalls: bounded(stats?.toolCalls),
    elapsedMs: bounded((stats?.elapsed ?? 0) * 1_000),
  };
}
