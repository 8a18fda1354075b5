/** Where the bars of a chart stand. Pure. */
import type { UsageBySource } from "@opta/protocol";

export const SOURCES = ["reported", "estimated", "partial"] as const;
export type Source = (typeof SOURCES)[number];

/** One day: its tokens by where their number comes from, which are stacked and never added up in words. */
export interface DayTokens {
  day: string;
  tokens: Record<Source, number>;
}

export interface Bar {
  day: string;
  source: Source;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Chart {
  bars: Bar[];
  /** Values of the lines across, with their place. */
  lines: { value: number; y: number }[];
}

export interface ChartSize {
  width: number;
  height: number;
}

export function tokensOf(usage: UsageBySource): Record<Source, number> {
  const sum = (source: Source) => usage[source].promptTokens + usage[source].completionTokens;
  return { reported: sum("reported"), estimated: sum("estimated"), partial: sum("partial") };
}

/** All days of a period, oldest first, those without turns too. @param until the last day @param count how many */
export function fillDays(days: readonly DayTokens[], until: string, count: number): DayTokens[] {
  const known = new Map(days.map((day) => [day.day, day]));
  const last = Date.parse(`${until}T00:00:00Z`);
  return Array.from({ length: count }, (_, i) => {
    const day = new Date(last - (count - 1 - i) * 86_400_000).toISOString().slice(0, 10);
    return known.get(day) ?? { day, tokens: { reported: 0, estimated: 0, partial: 0 } };
  });
}

/** Part of a day's width that its bar takes. */
const BAR_SHARE = 0.72;
/** Lowest height of what is not nothing: it is to be seen. */
const MIN_HEIGHT = 1.5;

export function layOut(days: readonly DayTokens[], { width, height }: ChartSize): Chart {
  const top = niceCeiling(Math.max(1, ...days.map(({ tokens }) => SOURCES.reduce((sum, s) => sum + tokens[s], 0))));
  const step = width / Math.max(1, days.length);
  const bars = days.flatMap(({ day, tokens }, i) => {
    let y = height;
    return SOURCES.flatMap((source): Bar[] => {
      if (tokens[source] === 0) return [];
      const barHeight = Math.max(MIN_HEIGHT, tokens[source] / top * height);
      y -= barHeight;
      return [{ day, source, x: (i + (1 - BAR_SHARE) / 2) * step, y, width: step * BAR_SHARE, height: barHeight }];
    });
  });
  return { bars, lines: [0, 0.5, 1].map((part) => ({ value: top * part, y: height * (1 - part) })) };
}

/** The next of 1, 2, 5, 10, 20 … that is not below. */
export function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const factor = [1, 2, 5, 10].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return factor * power;
}
