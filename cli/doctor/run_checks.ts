/** Runs checks side by side, each with a time limit: one that hangs or throws is a finding and holds up no other. */
import { setTimeout as delay } from "node:timers/promises";
import type { Env, Paths } from "../paths.ts";
import type { Check, CheckResult, Finding } from "./check.ts";
import { messageOf, Situation } from "./situation.ts";

/** Looking at a file takes milliseconds, at a daemon that does not answer two seconds. */
const USUAL_LIMIT_MS = 8_000;

export interface RunOptions {
  paths: Paths;
  env: Env;
  /** Called after each check that is done. */
  onProgress?: (done: number, of: number) => void;
}

/** In the order of `checks`. Never rejects. */
export async function runChecks(checks: readonly Check[], options: RunOptions): Promise<CheckResult[]> {
  const { paths, env, onProgress = () => {} } = options;
  const over = new AbortController();
  const situation = new Situation(paths, env, over.signal);
  let done = 0;
  onProgress(done, checks.length);
  const results = await Promise.all(checks.map(async (check) => {
    const result = await runCheck(check, situation);
    onProgress(++done, checks.length);
    return result;
  }));
  over.abort(); // what is still being waited for
  return results;
}

async function runCheck(check: Check, situation: Situation): Promise<CheckResult> {
  const { name, limitMs = USUAL_LIMIT_MS } = check;
  const stop = new AbortController();
  const isOver = new AbortController();
  const limit = delay(limitMs, null, { signal: isOver.signal }).then((): Finding => {
    stop.abort();
    return { status: "failed", detail: `No result within ${limitMs / 1_000} s: something that it waits for hangs` };
  });
  try {
    return { name, ...await Promise.race([look(check, situation, stop.signal), limit]) };
  } finally {
    limit.catch(() => {}); // called off
    isOver.abort();
  }
}

async function look(check: Check, situation: Situation, signal: AbortSignal): Promise<Finding> {
  try {
    if (check.needsHome && await situation.homeProblem() !== null) {
      return { status: "skipped", detail: "The home folder cannot be used" };
    }
    return await check.look(situation, signal);
  } catch (error) {
    return { status: "failed", detail: `Cannot look: ${messageOf(error)}` };
  }
}
