/** What a program paints while something happens, and how soon a key is painted meanwhile: one sample of a round. */
import { setTimeout as delay } from "node:timers/promises";
import type { Sample } from "../interleave.ts";
import { cpuShare, residentMiB } from "../process_figures.ts";
import { percentile } from "../statistics.ts";
import type { PtyProbe } from "./pty_probe.ts";

export interface WatchPaintOptions {
  /** What goes on meanwhile; it is over when this resolves. */
  work: () => Promise<unknown>;
  /** Milliseconds between two keys, on average; they come at no beat, so that they meet frames at every moment. */
  everyMs: number | null;
}

/** A key's `p50`, `p95`, `p99`; `gap` and `pause`, the median and the longest time without a frame; and what it took. */
export async function watchPaint(probe: PtyProbe, { work, everyMs }: WatchPaintOptions): Promise<Sample> {
  const keys: number[] = [];
  const memoryMiB = await residentMiB(probe.pid);
  const end = probe.record();
  const cpu = await cpuShare(probe.pid, async () => {
    const over = new AbortController();
    const typing = everyMs === null ? null : typeUntil(over.signal, probe, everyMs, keys);
    try {
      await work();
    } finally {
      over.abort();
      await typing;
    }
  });
  const { bytes, frames, clears, wipes } = end();
  const gaps = frames.slice(1).map((at, i) => at - frames[i]!);
  return {
    ...{ p50: percentile(keys, 0.5), p95: percentile(keys, 0.95), p99: percentile(keys, 0.99) },
    ...{ gap: percentile(gaps, 0.5), pause: Math.max(...gaps) },
    ...{ bytes, clears, wipes, wiped: clears + wipes, cpu, growth: await residentMiB(probe.pid) - memoryMiB },
  };
}

async function typeUntil(over: AbortSignal, probe: PtyProbe, everyMs: number, keys: number[]): Promise<void> {
  while (!over.aborted) {
    keys.push(await probe.press());
    await delay(everyMs * (0.5 + Math.random()), null, { signal: over }).catch(() => {}); // it is over
  }
}
