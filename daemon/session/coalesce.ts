/**
 * The leading-edge coalescer: decides when a text delta leaves. At reading speed every delta leaves at once; a flood is
 * joined by time and by size. It is a token bucket, so that a server which delivers a little unevenly is not held back.
 * Pure: the caller brings the clock and does the waiting (`delta_writer.ts`).
 */
import { COALESCE_LENGTH, IMMEDIATE_DELTAS_BURST, IMMEDIATE_DELTAS_PER_SECOND } from "./limits.ts";

/** How many deltas may still leave at once, as of a moment in milliseconds. */
export interface Allowance {
  readonly deltas: number;
  readonly atMs: number;
}

export function fullAllowance(nowMs: number): Allowance {
  return { deltas: IMMEDIATE_DELTAS_BURST, atMs: nowMs };
}

/** The allowance after the time that has passed. */
export function refill(allowance: Allowance, nowMs: number): Allowance {
  const earned = (nowMs - allowance.atMs) * IMMEDIATE_DELTAS_PER_SECOND / 1_000;
  return { deltas: Math.min(IMMEDIATE_DELTAS_BURST, allowance.deltas + earned), atMs: nowMs };
}

/** Whether text of this length, held since the last delta left, leaves now or waits to be joined. */
export function leavesNow(allowance: Allowance, heldLength: number): boolean {
  return allowance.deltas >= 1 || heldLength >= COALESCE_LENGTH;
}

/** The allowance after one delta has left. */
export function spend(allowance: Allowance): Allowance {
  return { ...allowance, deltas: Math.max(0, allowance.deltas - 1) };
}
