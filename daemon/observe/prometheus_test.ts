import type { RuntimeStats } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { Counters } from "./counters.ts";
import { prometheusText } from "./prometheus.ts";

const runtime: RuntimeStats = {
  sessionCount: 2,
  activeTurnCount: 0,
  queuedTurnCount: 0,
  subscriberCount: 0,
  connectionCount: 0,
  eventsAppended: 5,
  eventLoopLagMs: { p50: 1, p99: 2, max: 3 },
  memoryBytes: { rss: 1, heapUsed: 1 },
  uptimeMs: 1,
  modelTraffic: { requests: { ws: 3, sse: 1 }, fallbacks: { broken: 1 }, retries: { "rate-limited": 2 } },
};

Deno.test("prometheusText() tells how models were reached, by label", async () => {
  const text = await prometheusText(runtime, new Counters());
  const told = text.split("\n").filter((line) => line.startsWith("opta_model_"));
  assertEquals(told, [
    'opta_model_requests_total{transport="ws"} 3',
    'opta_model_requests_total{transport="sse"} 1',
    'opta_model_fallbacks_total{reason="broken"} 1',
    'opta_model_retries_total{code="rate-limited"} 2',
  ]);
  assertEquals(text.includes("\nopta_sessions 2\n"), true);
});
