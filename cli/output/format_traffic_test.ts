import { assertEquals } from "@std/assert";
import { formatTraffic } from "./format_traffic.ts";

Deno.test("formatTraffic() gives shares, and says what went another way and what was sent again", () => {
  const traffic = {
    requests: { sse: 6, ws: 194 },
    fallbacks: { cooling: 2, broken: 4 },
    retries: { "rate-limited": 1 },
  };
  assertEquals(
    formatTraffic(traffic),
    "ws 97% (194), sse 3% (6); fallbacks: broken 4, cooling 2; retries: rate-limited 1",
  );
});

Deno.test("formatTraffic() leaves out what did not happen, and rounds nothing away", () => {
  assertEquals(formatTraffic({ requests: {}, fallbacks: {}, retries: {} }), "");
  assertEquals(formatTraffic({ requests: { ws: 3 }, fallbacks: {}, retries: {} }), "ws 100% (3)");
  assertEquals(
    formatTraffic({ requests: { ws: 999, sse: 1 }, fallbacks: {}, retries: {} }),
    "ws 99% (999), sse 1% (1)",
  );
});
