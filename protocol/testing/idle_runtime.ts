/** The figures of a daemon in which nothing happens, for the health that pretended daemons answer with. */
import type { RuntimeStats } from "../http.ts";

export const idleRuntime: RuntimeStats = {
  sessionCount: 0,
  activeTurnCount: 0,
  queuedTurnCount: 0,
  subscriberCount: 0,
  connectionCount: 0,
  eventsAppended: 0,
  eventLoopLagMs: { p50: 0, p99: 0, max: 0 },
  memoryBytes: { rss: 0, heapUsed: 0 },
  modelTraffic: { requests: {}, fallbacks: {}, retries: {} },
  uptimeMs: 0,
};
