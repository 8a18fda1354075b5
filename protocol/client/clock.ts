/** Time as the client library uses it, so that tests can bring their own. */

export interface Clock {
  /** Milliseconds of the wall clock: unlike a monotonic one it goes on while the machine sleeps, which is silence too. */
  now(): number;
  /** Calls `run` once, `ms` from now. Returns the way to stop it. */
  after(ms: number, run: () => void): () => void;
}

/** The time of the system. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves `ms` from now; rejects with the signal's reason when that aborts first. */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = clock.after(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    const abort = () => {
      stop();
      reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}
