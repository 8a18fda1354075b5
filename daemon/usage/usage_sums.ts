/** Sums of what turns used, kept apart by how far the counts can be trusted. */
import type { UsageBySource, UsageCount } from "@opta/protocol";
import type { TurnUsage } from "../store/turn_usage.ts";

export function noUsage(): UsageBySource {
  const none = () => ({ turns: 0, promptTokens: 0, completionTokens: 0, toolCalls: 0, elapsedMs: 0 });
  const noneEstimated = () => ({ ...none(), estimatedBy: { server: none(), length: none() } });
  return { reported: none(), estimated: noneEstimated(), partial: noneEstimated() };
}

/** Adds the turn to `sums`, which are the caller's own. */
export function addTurn(sums: UsageBySource, turn: TurnUsage): void {
  const { source, estimatedBy } = turn;
  addTo(sums[source], turn);
  if (source !== "reported" && estimatedBy !== null) addTo(sums[source].estimatedBy[estimatedBy], turn);
}

/** All tokens, whatever they are worth: to bring rows into an order, not to be shown. */
export function weightOf({ reported, estimated, partial }: UsageBySource): number {
  return [reported, estimated, partial].reduce((sum, part) => sum + part.promptTokens + part.completionTokens, 0);
}

function addTo(count: UsageCount, turn: TurnUsage): void {
  count.turns++;
  for (const field of ["promptTokens", "completionTokens", "toolCalls", "elapsedMs"] as const) {
    count[field] = Math.min(count[field] + turn[field], Number.MAX_SAFE_INTEGER);
  }
}
