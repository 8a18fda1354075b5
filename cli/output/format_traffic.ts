/** How model servers were reached, as one line: `ws 97% (194), sse 3% (6); fallbacks: broken 4; retries: rate-limited 1`. */
import type { ModelTraffic } from "@opta/protocol";

/** Empty when there was nothing. */
export function formatTraffic({ requests, fallbacks, retries }: ModelTraffic): string {
  const total = Object.values(requests).reduce((sum, count) => sum + count, 0);
  const shares = byCount(requests).map(([name, count]) => `${name} ${percent(count, total)}% (${count})`);
  return [
    ...(shares.length > 0 ? [shares.join(", ")] : []),
    ...named("fallbacks", fallbacks),
    ...named("retries", retries),
  ].join("; ");
}

/** Nothing that has happened is 0%, and nothing short of all is 100%. */
function percent(count: number, total: number): number {
  const rounded = Math.round(100 * count / total);
  return count === total ? 100 : Math.min(99, Math.max(1, rounded));
}

function named(what: string, counts: Record<string, number>): string[] {
  const parts = byCount(counts).map(([name, count]) => `${name} ${count}`);
  return parts.length > 0 ? [`${what}: ${parts.join(", ")}`] : [];
}

/** The most frequent first. */
function byCount(counts: Record<string, number>): [name: string, count: number][] {
  return Object.entries(counts).filter(([, count]) => count > 0).toSorted(([, a], [, b]) => b - a);
}
