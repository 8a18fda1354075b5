/** Makes rows of rounds. */
import type { Row, Target, Unit } from "./figure.ts";
import type { Rounds } from "./interleave.ts";

export interface RowOptions {
  key: string;
  label: string;
  unit: Unit;
  target?: Target | null;
  opta: Rounds;
  direct?: Rounds;
  /** The name of the number in each sample. */
  stat: string;
}

/** A row of the medians of all rounds. */
export function rowOf({ key, label, unit, target = null, opta, direct, stat }: RowOptions): Row {
  const floor = direct ? direct.median(stat) : null;
  return { key, label, unit, direct: floor, opta: opta.median(stat), rounds: opta.all(stat), target };
}

export const atMost = (value: number, orRatio?: number): Target => ({ kind: "atMost", value, orRatio });
export const atLeast = (value: number): Target => ({ kind: "atLeast", value });
export const atMostRatio = (ratio: number): Target => ({ kind: "atMostRatio", ratio });
