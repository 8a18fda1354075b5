/**
 * When a request that a model server did not take is sent again. Pure: the caller waits, and counts. Only refusals are
 * repeated (`again`); whatever had begun to answer is not, for its tokens were shown and its tools may have run.
 */
import type { ModelFailure } from "../model/model.ts";
import { MAX_RETRIES, MAX_RETRY_AFTER_MS, RETRY_BASE_MS } from "./limits.ts";

/**
 * Milliseconds to wait before the next try; `null` to give up.
 *
 * @param retries how often the request was sent again already
 * @param random from 0 to 1, so that many clients of one server do not come back at the same moment
 */
export function retryDelayMs({ again }: ModelFailure, retries: number, random: number): number | null {
  if (!again || retries >= MAX_RETRIES) return null;
  const usual = RETRY_BASE_MS * 2 ** retries * (0.5 + random / 2);
  if (again.afterMs === null) return usual;
  return again.afterMs <= MAX_RETRY_AFTER_MS ? Math.max(again.afterMs, usual) : null;
}
