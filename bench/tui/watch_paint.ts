/** What a program paints while something happens, and how soon a key is painted meanwhile: one sample of a round. */
import { setTimeout as delay } from "node:timers/promises";
import type { Sample } from "../interleave.ts";
import { cpuShare, residentMiB } from "../process_figures.ts";
import { percentile } from "../statistics.ts";
import type { PtyProbe } from "./pty_probe.ts";

/** Milliseconds between two looks at the memory. */
const SAMPLE_MS = 1_000;

export interface WatchPaintOptions {
  /** What goes on meanwhile; it is over when this resolves. */
  work: () => Promise<unknown>;
  /** Milliseconds between two keys, on average; they come at no beat, so that they meet frames at every moment. */
  everyMs: number | null;
}

/**
 * A key's `p50`, `p95`, `p99`; `gap` and `pause`, the median and the longest time without a frame; what it took, and the
 * `growth` of its memory, all of it and what came after the first quarter of the time, when code and heap are warm.
 */
export async function watchPaint(probe: PtyProbe, { work, everyMs }: WatchPaintOptions): Promise<Sample> {
  const keys: number[] = [];
  const memoryMiB: number[] = [await residentMiB(probe.pid)];
  const end = probe.record();
  const cpu = await cpuShare(probe.pid, async () => {
    const over = new AbortController();
    const meanwhile = [
      sampleUntil(over.signal, probe, memoryMiB),
      ...(everyMs === null ? [] : [typeUntil(over.signal, probe, everyMs, keys)]),
    ];
    try {
      await work();
    } finally {
      over.abort();
      await Promise.all(meanwhile);
    }
  });
  const { bytes, frames, clears, wipes } = end();
  const gaps = frames.slice(1).map((at, i) => at - frames[i]!);
  const grownSince = (share: number) => memoryMiB.at(-1)! - memoryMiB[Math.floor(memoryMiB.length * share)]!;
  return {
    ...{ p50: percentile(keys, 0.5), p95: percentile(keys, 0.95), p99: percentile(keys, 0.99) },
    ...{ gap: percentile(gaps, 0.5), pause: Math.max(...gaps) },
    ...{ bytes, clears, wipes, wiped: clears + wipes, cpu, growth: grownSince(0), warmGrowth: grownSince(0.25) },
  };
}

async function sampleUntil(over: AbortSignal, probe: PtyProbe, memoryMiB: number[]): Promise<void> {
  while (!over.aborted) {
    await delay(SAMPLE_MS, null, { signal: over }).catch(() => {}); // it is over
    memoryMiB.push(await residentMiB(probe.pid));
  }
}

async function typeUntil(over: AbortSignal, probe: PtyProbe, everyMs: number, keys: number[]): Promise<void> {
  while (!over.aborted) {
    keys.push(await probe.press());
    await delay(everyMs * (0.5 + Math.random()), null, { signal: over }).catch(() => {}); // it is over
  }
}
