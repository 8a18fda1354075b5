/** What the benchmark measures: a figure makes rows, and a row is one number of Opta beside its floor and its target. */
import type { Bench } from "./bench.ts";

export type Unit = "ms" | "µs" | "tokens/s" | "MiB" | "kB" | "%" | "×" | "";

/** What a number should be. */
export type Target =
  /** `orRatio` times what is direct also does. */
  | { kind: "atMost"; value: number; orRatio?: number }
  | { kind: "atLeast"; value: number }
  | { kind: "atMostRatio"; ratio: number };

export interface Row {
  /** Unique, as `relay-50.p95`: peers and notes refer to it. */
  key: string;
  label: string;
  unit: Unit;
  /** The floor, of the same run: the same without Opta, unless the label says otherwise; `null` where there is none. */
  direct: number | null;
  opta: number;
  /** What each round gave for Opta: how far to trust the median. */
  rounds: number[];
  target: Target | null;
}

/** One measurement, by the name of `--only`. */
export interface Figure {
  name: string;
  /** What is measured, and how, in a sentence or two of the report. */
  method: string;
  measure(bench: Bench): Promise<Row[]>;
}

/** Whether a row meets its target; `null` when it has none. */
export function meets({ opta, direct, target }: Pick<Row, "opta" | "direct" | "target">): boolean | null {
  if (!target) return null;
  switch (target.kind) {
    case "atMost":
      return opta <= target.value || (target.orRatio !== undefined && isNear(opta, direct, target.orRatio));
    case "atLeast":
      return opta >= target.value;
    case "atMostRatio":
      return isNear(opta, direct, target.ratio);
    default:
      return target satisfies never;
  }
}

function isNear(opta: number, direct: number | null, ratio: number): boolean {
  return direct !== null && opta <= direct * ratio;
}
