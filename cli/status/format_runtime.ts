/** Figures of a running daemon, in words. Pure. */
import type { ClientCounts, RuntimeStats } from "@opta/protocol";

/** `2 WebSockets, 1 event stream; following: 1 terminal, 1 web, 1 without a name`. @param clients `null`: it does not say */
export function formatClients(
  { connectionCount, subscriberCount }: Pick<RuntimeStats, "connectionCount" | "subscriberCount">,
  clients: ClientCounts | null,
): string {
  if (!clients) return `${connectionCount} connected, ${subscriberCount} subscriptions`;
  const { ws, sse, kinds, unnamed } = clients;
  if (ws + sse === 0) return "none attached";
  const doors = [...amount(ws, "WebSocket"), ...amount(sse, "event stream")].join(", ");
  const named = Object.entries(kinds).toSorted(([a], [b]) => a < b ? -1 : 1).map(([kind, count]) => `${count} ${kind}`);
  const following = [...named, ...(unnamed > 0 ? [`${unnamed} without a name`] : [])];
  return following.length > 0 ? `${doors}; following: ${following.join(", ")}` : doors;
}

/** How late the event loop was in the last minute. */
export function formatLag({ p50, p99, max }: RuntimeStats["eventLoopLagMs"]): string {
  return `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, max ${max.toFixed(1)} ms`;
}

function amount(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? "" : "s"}`];
}
