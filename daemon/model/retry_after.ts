/** When a server wants to be asked again, as its `Retry-After` header says. */

/** @returns milliseconds from `nowMs`, the time of the wall clock; `null` when the header says nothing that can be kept to */
export function parseRetryAfter(header: string | null, nowMs: number): number | null {
  const text = header?.trim() ?? "";
  if (/^\d+(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1_000);
  if (!/^[A-Z][a-z]{2}, /.test(text)) return null; // `Date.parse` makes a date of nearly anything
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(at - nowMs, 0);
}
