/**
 * Signals as a person meant them. The terminal sends Ctrl-C to a whole group of processes, and a task runner in it
 * (`deno task opta …`) passes it on to its child as well, which so gets it twice. Taken for a second Ctrl-C, the echo
 * would break off what the first one asked for.
 */
import type { Env } from "./paths.ts";

/** Milliseconds within which the same signal is an echo: one takes about 1 ms, and nobody presses twice so fast. */
export const ECHO_MS = 100;
/** The same where an echo is to be expected: on a busy machine the runner has its turn late. */
export const RUNNER_ECHO_MS = 1_000;

export interface EchoOptions {
  /** How long the same signal counts as an echo. */
  echoMs?: number;
  /** Milliseconds of a monotonic clock. */
  now?: () => number;
}

export function withoutEchoes(
  act: () => void,
  { echoMs = ECHO_MS, now = () => performance.now() }: EchoOptions = {},
): () => void {
  let latestMs = -Infinity;
  return () => {
    const nowMs = now();
    if (nowMs - latestMs < echoMs) return;
    latestMs = nowMs;
    act();
  };
}

/** How long that is for this process. Runners of tasks, of Deno and of npm alike, set `INIT_CWD`. */
export function usualEchoMs(
  { INIT_CWD }: Env = Deno.env.toObject(),
  isInTerminal = [Deno.stdin, Deno.stdout, Deno.stderr].some((stream) => stream.isTerminal()),
): number {
  return INIT_CWD !== undefined && isInTerminal ? RUNNER_ECHO_MS : ECHO_MS;
}
