/** How the daemon and its turns are doing. */
import * as status from "../daemon_status.ts";
import * as http from "../http.ts";
import * as usage from "../usage.ts";
import type { Route } from "./route.ts";

export const observeRoutes = {
  health: {
    method: "GET",
    path: "/v3/health",
    auth: "none",
    summary: "Is the daemon alive, and which contract does it speak?",
    response: http.Health,
  },
  metrics: {
    method: "GET",
    path: "/v3/metrics",
    auth: "token",
    summary: "Counters of the running daemon as JSON",
    response: http.Metrics,
  },
  prometheus: {
    method: "GET",
    path: "/metrics",
    auth: "token",
    summary: "The same counters for Prometheus",
    response: "text/plain; version=0.0.4",
  },
  status: {
    method: "GET",
    path: "/v3/status",
    auth: "token",
    summary:
      "Health, permissions in force, the model that a turn would get, storage, clients; with `sizes=1` and `sandbox=1` these, too",
    query: status.StatusQuery,
    response: status.DaemonStatus,
  },
  usage: {
    method: "GET",
    path: "/v3/usage",
    auth: "token",
    summary: "What turns used, by day, model or session; reported, estimated and partial counts apart",
    query: usage.UsageQuery,
    response: usage.UsageReport,
  },
  openapi: {
    method: "GET",
    path: "/v3/openapi.json",
    auth: "token",
    summary: "This table as an OpenAPI 3.1 document",
    response: "application/json",
  },
} as const satisfies Record<string, Route>;
