/** What the sessions of a daemon are given. */
import type { ModelSource } from "../model/model.ts";
import { DEFAULT_TIMEOUTS } from "../model/timeouts.ts";
import { ModelCounters } from "../observe/model_counters.ts";
import type { Store } from "../store/store.ts";
import { noTools, type ToolSource } from "../tools/turn_tools.ts";
import { MAX_SESSIONS, PERMISSION_LIMIT_MS } from "./limits.ts";
import type { Report } from "./report.ts";
import { systemClock, type TurnClock } from "./turn_run.ts";

export interface SessionsOptions {
  store: Store;
  models: ModelSource;
  daemonId: string;
  report: Report;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** The clock and the dice of turns, and how long one may take. */
  clock?: TurnClock;
  random?: () => number;
  turnLimitMs?: number;
  permissionLimitMs?: number;
  /** The window of models in tokens; `null` for what their servers say. */
  contextLength?: number | null;
  tools?: ToolSource;
  /** Takes known secrets out of what tools say. */
  redact?: (text: string) => string;
  traffic?: ModelCounters;
  maxSessions?: number;
}

/** With what holds unless something else is said. */
export function completeOptions(options: SessionsOptions): Required<SessionsOptions> {
  return {
    now: Date.now,
    clock: systemClock,
    random: Math.random,
    turnLimitMs: DEFAULT_TIMEOUTS.turnMs,
    permissionLimitMs: PERMISSION_LIMIT_MS,
    contextLength: null,
    tools: noTools,
    redact: (text) => text,
    traffic: new ModelCounters(),
    maxSessions: MAX_SESSIONS,
    ...options,
  };
}
