/** What the daemon says of itself. */
import { CONTRACT, type Health, openApiDocument, routes, type RuntimeStats, VERSION } from "@opta/protocol";
import type { ServerContext } from "./context.ts";
import type { Handlers } from "./handlers.ts";

type ObserveRoute = "health" | "metrics" | "prometheus" | "status" | "openapi";

export function observeRoutes(context: ServerContext): Pick<Handlers, ObserveRoute> {
  const { daemonId, startedAt, store, counters } = context;
  return {
    health: async () => ({
      status: healthOf(context),
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

    status: async () => ({
      daemonId,
      version: VERSION,
      pid: Deno.pid,
      startedAt: startedAt.toISOString(),
      permissions: context.permissions(),
      model: await context.describeModel(),
      storage: await store.describe(),
    }),

    openapi: () => Promise.resolve(Response.json(openApiDocument(VERSION))),
  };
}

function healthOf({ connections, counters }: ServerContext): Health["status"] {
  if (connections.stopping) return "stopping";
  return counters.storeFailing ? "read_only" : "ok";
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
