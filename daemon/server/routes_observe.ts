/** What the daemon says of itself. */
import {
  type ClientCounts,
  CONTRACT,
  type Health,
  openApiDocument,
  routes,
  type RuntimeStats,
  VERSION,
} from "@opta/protocol";
import { healthOf } from "../observe/health.ts";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";
import { MAX_CONNECTIONS } from "./limits.ts";

type ObserveRoute = "health" | "metrics" | "prometheus" | "status" | "openapi";

export function observeRoutes(context: ServerContext): Pick<Handlers, ObserveRoute> {
  const { daemonId, startedAt, store, counters } = context;
  return {
    health: async () => ({
      status: plainHealth(context),
      version: VERSION,
      daemonId,
      contract: CONTRACT,
      runtime: await runtimeStats(context),
    }),

    metrics: async () => ({ daemonId, runtime: await runtimeStats(context), ts: new Date().toISOString() }),

    async prometheus() {
      const { prometheusText } = await import("../observe/prometheus.ts");
      const text = await prometheusText(await runtimeStats(context), counters);
      return new Response(text, { headers: { "content-type": routes.prometheus.response } });
    },

    status: async ({ query }) => ({
      daemonId,
      version: VERSION,
      pid: Deno.pid,
      startedAt: startedAt.toISOString(),
      permissions: context.permissions(),
      model: await context.describeModel(),
      storage: await store.describe(),
      health: healthOf({
        stopping: context.connections.stopping,
        storeFailure: counters.storeFailure,
        lag: context.lag.read(),
        connections: { open: context.connections.connectionCount, max: MAX_CONNECTIONS },
      }),
      clients: clientCounts(context),
      sizes: query.sizes === "1" ? await context.readSizes() : null,
      sandbox: query.sandbox === "1" ? await context.probeSandbox() : null,
    }),

    openapi: () => Promise.resolve(Response.json(openApiDocument(VERSION))),
  };
}

/** What whoever asks without a token is told. */
function plainHealth({ connections, counters }: ServerContext): Health["status"] {
  if (connections.stopping) return "stopping";
  return counters.storeFailing ? "read_only" : "ok";
}

function clientCounts({ connections, source }: ServerContext): ClientCounts {
  return { ws: connections.countAt("ws"), sse: connections.countAt("sse"), ...source.presence.census() };
}

async function runtimeStats(
  { sessions, store, connections, counters, modelCounters, lag, startedAt }: ServerContext,
): Promise<RuntimeStats> {
  const { activeTurnCount, queuedTurnCount } = sessions.stats();
  const { rss, heapUsed } = Deno.memoryUsage();
  return {
    sessionCount: await store.count(),
    activeTurnCount,
    queuedTurnCount,
    subscriberCount: connections.subscriberCount,
    connectionCount: connections.connectionCount,
    eventsAppended: counters.eventsAppended,
    eventLoopLagMs: lag.read(),
    memoryBytes: { rss, heapUsed },
    uptimeMs: Math.max(0, Date.now() - startedAt.getTime()),
    modelTraffic: modelCounters.read(),
  };
}
