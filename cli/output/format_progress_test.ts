import { assert, assertEquals } from "@std/assert";
import { formatProgress, formatProgressLine } from "./format_progress.ts";

const MIB = 1024 ** 2;
const half = { done: 512 * MIB, total: 1024 * MIB, perSecond: 8 * MIB };

Deno.test("formatProgress() shows a bar, bytes, rate and the time that is left", () => {
  const line = formatProgress({ label: "Downloading a/b", elapsedMs: 64_000, bytes: half }, 100);
  assertEquals(
    line,
    "Downloading a/b  [===============>              ]  50%  512.0 MiB of 1.0 GiB  8.0 MiB/s  ETA 1:04",
  );
});

Deno.test("formatProgress() never fills a line, and gives up the bar before the figures", () => {
  for (const columns of [0, 1, 20, 40, 60, 80]) {
    assert(
      formatProgress({ label: "Downloading a/b", elapsedMs: 0, bytes: half }, columns).length <=
        Math.max(0, columns - 1),
    );
  }
  const narrow = formatProgress({ label: "Downloading a/b", elapsedMs: 0, bytes: half }, 70);
  assertEquals(narrow, "Downloading a/b  50%  512.0 MiB of 1.0 GiB  8.0 MiB/s  ETA 1:04");
});

Deno.test("formatProgress() shortens a long name before it cuts the figures", () => {
  const line = formatProgress({ label: `Downloading ${"x".repeat(80)}`, elapsedMs: 0, bytes: half }, 70);
  assertEquals(line, "Downloading xxxxxxxx…  50%  512.0 MiB of 1.0 GiB  8.0 MiB/s  ETA 1:04");
});

Deno.test("formatProgress() without figures shows that time passes", () => {
  const at = (elapsedMs: number) => formatProgress({ label: "Loading a", elapsedMs, bytes: null }, 60);
  assertEquals(at(0), "Loading a  [===                           ]  0:00");
  assertEquals(at(3_661_000).slice(-7), "1:01:01");
  assert(at(0) !== at(500));
});

Deno.test("formatProgress() makes no promise while nothing is known", () => {
  const bytes = { done: 0, total: 100 * MIB, perSecond: null };
  assertEquals(
    formatProgressLine({ label: "Downloading a", elapsedMs: 0, bytes }),
    "Downloading a: 0%  0 KiB of 100.0 MiB",
  );
  const stalled = { ...bytes, perSecond: 0 };
  assertEquals(
    formatProgressLine({ label: "Downloading a", elapsedMs: 0, bytes: stalled }),
    "Downloading a: 0%  0 KiB of 100.0 MiB  0 KiB/s",
  );
  const unknown = { done: 5 * MIB, total: 0, perSecond: 1 };
  assertEquals(formatProgressLine({ label: "D", elapsedMs: 61_000, bytes: unknown }), "D: 5.0 MiB  1:01");
});

Deno.test("formatProgress() prints no control characters of a name [security 10]", () => {
  assertEquals(formatProgressLine({ label: "Loading \x1b[2Ja\nb", elapsedMs: 0, bytes: null }), "Loading a b: 0:00");
});
