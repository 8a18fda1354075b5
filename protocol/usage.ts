/**
 * What turns used: query and answer of `GET /v3/usage`. Counts of different trust are never added up: the server reported
 * them, somebody estimated them, or the turn broke off (see `UsageSource`).
 */
import * as z from "zod";

const count = z.number().int().nonnegative();

/**
 * Sums over turns, exact up to 2^53 - 1, where they stop. `elapsedMs` is the time that the turns ran, as far as it was
 * measured.
 */
export const UsageCount = z.object({
  turns: count,
  promptTokens: count,
  completionTokens: count,
  toolCalls: count,
  elapsedMs: count,
});
export type UsageCount = z.infer<typeof UsageCount>;

/**
 * With what part of it was estimated by the model server, and what by Opta from the length of the text. Of the rest,
 * nobody said: turns of earlier versions, and of turns that broke off, those that the server had counted.
 */
export const EstimatedUsageCount = UsageCount.extend({
  estimatedBy: z.object({ server: UsageCount, length: UsageCount }),
});
export type EstimatedUsageCount = z.infer<typeof EstimatedUsageCount>;

/** `partial` are turns that broke off: cancelled, failed, interrupted. What is known of them is counted. */
export const UsageBySource = z.object({
  reported: UsageCount,
  estimated: EstimatedUsageCount,
  partial: EstimatedUsageCount,
});
export type UsageBySource = z.infer<typeof UsageBySource>;

/** `YYYY-MM-DD` in the time zone of the answer. */
export const DayUsage = UsageBySource.extend({ day: z.iso.date() });
export type DayUsage = z.infer<typeof DayUsage>;

/** Both are `null` for turns that failed before a model answered. */
export const ModelUsage = UsageBySource.extend({ provider: z.string().nullable(), model: z.string().nullable() });
export type ModelUsage = z.infer<typeof ModelUsage>;

/** All sessions that were deleted share one row, in which both are `null`. */
export const SessionUsage = UsageBySource.extend({ sessionId: z.string().nullable(), title: z.string().nullable() });
export type SessionUsage = z.infer<typeof SessionUsage>;

const time = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/**
 * `since` and `until` are dates, which count whole, in the daemon's time zone; or times, of which the second is the first
 * that does not count. A turn counts when it ends.
 */
export const UsageQuery = z.object({
  by: z.enum(["day", "model", "session"]).default("day"),
  since: time.optional(),
  until: time.optional(),
  sessionId: z.string().min(1).max(200).optional(),
  model: z.string().min(1).max(500).optional(),
  limit: z.coerce.number().int().pipe(z.number().min(1).max(1_000)).default(50),
});
export type UsageQuery = z.infer<typeof UsageQuery>;

/** Days come latest first, models and sessions with the most tokens first. */
export const UsageReport = z.object({
  by: UsageQuery.shape.by.unwrap(),
  /** The daemon's, by its IANA name: in it days begin and end. */
  timeZone: z.string(),
  /** The period in UTC: from the first instant to before the second; `null` where it is open. */
  since: z.string().nullable(),
  until: z.string().nullable(),
  rows: z.array(z.union([DayUsage, ModelUsage, SessionUsage])),
  /** There are rows beyond `limit`. */
  more: z.boolean(),
  /** Of all that fits the query, also of rows beyond `limit`. */
  totals: UsageBySource,
  /** `false` while turns that an earlier version ran are still being counted. */
  complete: z.boolean(),
});
export type UsageReport = z.infer<typeof UsageReport>;
