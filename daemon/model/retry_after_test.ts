import { assertEquals } from "@std/assert";
import { parseRetryAfter } from "./retry_after.ts";

const now = Date.parse("2026-01-01T00:00:00Z");

Deno.test("parseRetryAfter() takes seconds and dates, and nothing else", () => {
  const cases: [header: string | null, afterMs: number | null][] = [
    ["7", 7_000],
    [" 0 ", 0],
    ["0.25", 250],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30_000],
    ["Wed, 31 Dec 2025 23:59:00 GMT", 0],
    [null, null],
    ["", null],
    ["-1", null],
    ["soon", null],
    ["1e9", null],
    ["Thu, never", null],
  ];
  for (const [header, afterMs] of cases) assertEquals(parseRetryAfter(header, now), afterMs, String(header));
});
