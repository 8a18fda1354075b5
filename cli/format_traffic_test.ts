import { assertEquals } from "@std/assert";
import { formatTraffic } from "./format_traffic.ts";

Deno.test("formatTraffic() names shares, and what made requests go another way or again", () => {
  assertEquals(
    formatTraffic({ requests: { sse: 6, ws: 194 }, fallbacks: { cooling: 2, broken: 4 }, retries: { "x-y": 1 } }),
    "ws 97% (194), sse 3% (6); fallbacks: broken 4, cooling 2; retries: x-y 1",
  );
  assertEquals(formatTraffic({ requests: { ws: 1 }, fallbacks: {}, retries: {} }), "ws 100% (1)");
});

Deno.test("formatTraffic() does not round what happened to nothing, nor to all", () => {
  const requests = { ws: 999, sse: 1 };
  assertEquals(formatTraffic({ requests, fallbacks: {}, retries: {} }), "ws over 99% (999), sse under 1% (1)");
});

Deno.test("formatTraffic() has nothing to say before the first request", () => {
  assertEquals(formatTraffic({ requests: {}, fallbacks: {}, retries: {} }), null);
});
