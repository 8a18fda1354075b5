import { assert, assertEquals } from "@std/assert";
import { type DayTokens, fillDays, layOut, niceCeiling } from "./chart_scale.ts";

const day = (day: string, reported: number, estimated = 0, partial = 0): DayTokens => ({
  day,
  tokens: { reported, estimated, partial },
});

Deno.test("niceCeiling() is a round number that is not below", () => {
  assertEquals([1, 3, 12, 50, 51, 999, 100_000].map(niceCeiling), [1, 5, 20, 50, 100, 1_000, 100_000]);
});

Deno.test("fillDays() has each day of the period, across the end of a month", () => {
  const days = fillDays([day("2026-02-28", 7)], "2026-03-01", 3);
  assertEquals(days.map(({ day, tokens }) => [day, tokens.reported]), [
    ["2026-02-27", 0],
    ["2026-02-28", 7],
    ["2026-03-01", 0],
  ]);
});

Deno.test("layOut() stacks what a day has from the ground up, within the chart", () => {
  const { bars, lines } = layOut([day("a", 50, 25, 25), day("b", 0, 0, 10)], { width: 100, height: 200 });
  assertEquals(bars.map(({ source, y, height }) => [source, y, height]), [
    ["reported", 100, 100],
    ["estimated", 50, 50],
    ["partial", 0, 50],
    ["partial", 180, 20],
  ]);
  assertEquals(lines.map(({ value, y }) => [value, y]), [[0, 200], [50, 100], [100, 0]]);
  assert(bars.every(({ x, width }) => x >= 0 && x + width <= 100));
});

Deno.test("layOut() of nothing is empty", () => {
  assertEquals(layOut([], { width: 100, height: 50 }).bars, []);
  assertEquals(layOut([day("a", 0)], { width: 100, height: 50 }).bars, []);
});
