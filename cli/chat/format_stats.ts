/** The figures of an ended turn as one line. */
import type { Turn, TurnEnd, TurnStats } from "@opta/protocol";
import { sanitizeLine } from "../output/sanitize.ts";

/** How far a count of tokens can be trusted. */
const trust: Record<TurnStats["usageSource"], string> = {
  reported: "",
  estimated: " (est.)",
  partial: " (est., broken off)",
};

export function formatStats({ start }: Turn, end: Extract<TurnEnd, { kind: "done" }>): string {
  const { stats, finishReason } = end;
  const isUsual = finishReason === "stop" || finishReason === "cancelled";
  return [
    ...(start ? [sanitizeLine(start.model)] : []),
    `${stats.completionTokens} token${stats.completionTokens === 1 ? "" : "s"}${trust[stats.usageSource]}`,
    ...(stats.speed > 0 ? [`${stats.speed.toFixed(1)} tokens/s`] : []),
    `${stats.elapsed.toFixed(1)} s`,
    ...(isUsual
      ? []
      : [finishReason === "length" ? "cut off at the length limit" : `ended by ${sanitizeLine(finishReason)}`]),
  ].join(" · ");
}
