/**
 * Signals as a person meant them. The terminal sends Ctrl-C to a whole group of processes, and a task runner in it
 * (`deno task opta …`) passes it on to its child as well, which so gets it twice. Taken for a second Ctrl-C, the echo
 * would break off what the first one asked for.
 */

/** Milliseconds within which the same signal is an echo: one takes about 1 ms, and nobody presses twice so fast. */
export const ECHO_MS = 100;

/** @param now milliseconds of a monotonic clock */
export function withoutEchoes(act: () => void, now: () => number = () => performance.now()): () => void {
  let latestMs = -Infinity;
  return () => {
    const nowMs = now();
    if (nowMs - latestMs < ECHO_MS) return;
    latestMs = nowMs;
    act();
  };
}
