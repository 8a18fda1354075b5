/** Doing again what is safe to do again, until the daemon has answered. */
import { type Clock, delay } from "./clock.ts";
import { ApiError, ConnectionLostError, DaemonUnreachableError } from "./errors.ts";
import { backoffMs } from "./reconnect.ts";

/** Milliseconds for which a refusal that may pass (a full queue, a full disk) is not yet reported. */
export const REFUSAL_PATIENCE_MS = 15_000;

export interface ResendOptions {
  clock: Clock;
  random: () => number;
  signal?: AbortSignal;
}

/**
 * @param act is called until it answers; `isRepeat` when an earlier call may have taken effect
 * @throws {ApiError} a refusal that does not pass, or has not passed in time; else what `act` throws
 */
export async function resend<T>(act: (isRepeat: boolean) => Promise<T>, options: ResendOptions): Promise<T> {
  const { clock, random, signal } = options;
  let firstRefusalMs: number | null = null;
  for (let attempt = 0;; attempt++) {
    signal?.throwIfAborted();
    try {
      return await act(attempt > 0);
    } catch (error) {
      if (error instanceof ConnectionLostError) continue; // the next call waits for a connection
      if (error instanceof ApiError && error.retryable) {
        firstRefusalMs ??= clock.now();
        const waitMs = retryAfterMs(error) ?? backoffMs(attempt, random);
        if (clock.now() + waitMs - firstRefusalMs > REFUSAL_PATIENCE_MS) throw error;
        await delay(clock, waitMs, signal);
      } else if (error instanceof DaemonUnreachableError) {
        await delay(clock, backoffMs(attempt, random), signal);
      } else throw error;
    }
  }
}

function retryAfterMs({ details }: ApiError): number | null {
  return typeof details.retryAfterMs === "number" ? details.retryAfterMs : null;
}
