/** The daemon's figures in the text format of Prometheus. Loaded when somebody first scrapes. */
import type { RuntimeStats } from "@opta/protocol";
import { Counter, Gauge, Registry } from "prom-client";
import type { Counters } from "./counters.ts";

export async function prometheusText(runtime: RuntimeStats, counters: Counters): Promise<string> {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, value: number) => new Gauge({ name, help, registers }).set(value);
  const counter = (name: string, help: string, value: number) => new Counter({ name, help, registers }).inc(value);

  gauge("opta_sessions", "Sessions in the store", runtime.sessionCount);
  gauge("opta_active_turns", "Turns that run", runtime.activeTurnCount);
  gauge("opta_queued_turns", "Turns that wait", runtime.queuedTurnCount);
  gauge("opta_connections", "Open WebSockets and event streams", runtime.connectionCount);
  gauge("opta_subscribers", "Sessions followed over all connections", runtime.subscriberCount);
  gauge("opta_uptime_seconds", "Time since the start", runtime.uptimeMs / 1_000);
  gauge("opta_memory_rss_bytes", "Resident memory", runtime.memoryBytes.rss);
  gauge("opta_memory_heap_used_bytes", "Heap in use", runtime.memoryBytes.heapUsed);
  gauge("opta_store_failing", "1 while the store takes no writes", counters.storeFailing ? 1 : 0);
  counter("opta_events_appended_total", "Events written to logs", runtime.eventsAppended);
  counter("opta_http_requests_total", "HTTP requests", counters.requests);
  counter("opta_http_failures_total", "HTTP requests answered with 400 or above", counters.failedRequests);
  counter("opta_slow_consumers_total", "Sockets closed because nobody read them", counters.slowConsumers);

  const counterBy = (name: string, help: string, label: string, counts: Record<string, number>) => {
    const counter = new Counter({ name, help, labelNames: [label], registers });
    for (const [value, count] of Object.entries(counts)) counter.inc({ [label]: value }, count);
  };
  const { requests, fallbacks, retries } = runtime.modelTraffic;
  counterBy("opta_model_requests_total", "Requests to models, by the way on which they ended", "transport", requests);
  counterBy("opta_model_fallbacks_total", "Requests to models that took another way", "reason", fallbacks);
  counterBy("opta_model_retries_total", "Requests to models that were sent again", "code", retries);

  const lag = new Gauge({
    name: "opta_event_loop_lag_seconds",
    help: "How late a timer fires, over the last minute",
    labelNames: ["quantile"],
    registers,
  });
  const { p50, p99, max } = runtime.eventLoopLagMs;
  for (const [quantile, ms] of [["0.5", p50], ["0.99", p99], ["1", max]] as const) lag.set({ quantile }, ms / 1_000);
  return await registry.metrics();
}
