/** How model servers were reached, in one line for people. */
import type { RuntimeStats } from "@opta/protocol";

/** `ws 97% (194), sse 3% (6); fallbacks: broken 4, cooling 2; retries: rate-limited 1`; `null` before the first request. */
export function formatTraffic({ requests, fallbacks, retries }: RuntimeStats["modelTraffic"]): string | null {
  const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const shares = byCount(requests).map(([transport, count]) => `${transport} ${percent(count, total)} (${count})`);
  return [shares.join(", "), ...named("fallbacks", fallbacks), ...named("retries", retries)].join("; ");
}

function named(what: string, counts: Record<string, number>): string[] {
  const list = byCount(counts).map(([name, count]) => `${name} ${count}`);
  return list.length > 0 ? [`${what}: ${list.join(", ")}`] : [];
}

/** Most first; of equals, by name. */
function byCount(counts: Record<string, number>): [name: string, count: number][] {
  return Object.entries(counts).filter(([, count]) => count > 0)
    .toSorted(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
}

/** Whole, except that what has happened is not said to be none of it, nor what has not happened always all. */
function percent(count: number, total: number): string {
  const share = 100 * count / total;
  if (share > 99 && count < total) return "over 99%";
  return share < 1 ? "under 1%" : `${Math.round(share)}%`;
}
