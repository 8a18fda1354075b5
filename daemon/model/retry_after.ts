/**
 * Reads `Retry-After`, which is whole seconds or a date; `null` when it says neither, or a time that has passed.
 *
 * @param nowMs by the wall clock
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | null {
  const text = value?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  // A date begins with a letter; `Date.parse` would read much else as one, "-5" for a year.
  const afterMs = /^[A-Z]/i.test(text) ? Date.parse(text) - nowMs : NaN;
  return afterMs >= 0 ? afterMs : null;
}
