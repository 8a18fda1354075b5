import { assertEquals } from "@std/assert";
import { parseRetryAfter } from "./retry_after.ts";

const NOW_MS = Date.UTC(2026, 10, 30, 12, 0, 0);

Deno.test("parseRetryAfter() reads seconds and dates", () => {
  assertEquals(parseRetryAfter("0", NOW_MS), 0);
  assertEquals(parseRetryAfter(" 120 ", NOW_MS), 120_000);
  assertEquals(parseRetryAfter("Mon, 30 Nov 2026 12:00:30 GMT", NOW_MS), 30_000);
});

Deno.test("parseRetryAfter() makes nothing of what is no time to come", () => {
  const others = [null, "", "-5", "1.5", "1e3", "soon", "Infinity", "9999999999", "Mon, 30 Nov 2026 11:59:30 GMT"];
  for (const value of others) assertEquals(parseRetryAfter(value, NOW_MS), null, String(value));
});
