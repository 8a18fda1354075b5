import { assertEquals } from "@std/assert";
import { latency, median, percentile } from "./statistics.ts";

const oneToHundred = Array.from({ length: 100 }, (_, i) => 100 - i);

Deno.test("percentile() takes the nearest rank, whatever the order of the samples", () => {
  assertEquals(percentile(oneToHundred, 0.5), 50);
  assertEquals(percentile(oneToHundred, 0.95), 95);
  assertEquals(percentile(oneToHundred, 1), 100);
  assertEquals(percentile([3, 1, 2], 0.5), 2);
  assertEquals(percentile([7], 0.01), 7);
});

Deno.test("percentile() and median() of no samples are no number", () => {
  assertEquals(percentile([], 0.5), NaN);
  assertEquals(median([]), NaN);
});

Deno.test("median() is the middle sample, or the mean of the two in the middle", () => {
  assertEquals(median([5, 1, 9]), 5);
  assertEquals(median([4, 1, 3, 2]), 2.5);
});

Deno.test("statistics sort numbers as numbers and leave their samples as they are", () => {
  const samples = [10, 9, 100];
  assertEquals(median(samples), 10);
  assertEquals(samples, [10, 9, 100]);
});

Deno.test("latency() tells the median and the 95th percentile", () => {
  assertEquals(latency(oneToHundred), { p50: 50, p95: 95 });
});
