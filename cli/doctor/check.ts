/** What a check of `opta doctor` is, and what comes of one. */
import type { Situation } from "./situation.ts";

/** `skipped`: it could not be looked at, or does not apply here. */
export type CheckStatus = "ok" | "warning" | "failed" | "skipped";

/** A repair that loses nothing. */
export interface Fix {
  /** What it does, to stand after "--fix would": `remove the state file`. */
  what: string;
  apply(): Promise<void>;
}

export interface Finding {
  status: CheckStatus;
  /** For people, one paragraph: what was found and, if it is wrong, what to do. */
  detail: string;
  fix?: Fix;
}

export interface CheckResult extends Finding {
  name: string;
}

export interface Check {
  name: string;
  /** It looks into the home folder, and is skipped while that cannot be used. */
  needsHome?: true;
  /** Instead of the usual limit. */
  limitMs?: number;
  /** Changes nothing. May throw: that is a finding, too. */
  look(situation: Situation, signal: AbortSignal): Finding | Promise<Finding>;
}
