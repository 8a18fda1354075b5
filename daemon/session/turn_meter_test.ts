import { assertEquals } from "@std/assert";
import { TurnMeter } from "./turn_meter.ts";

/** Of a turn whose prompt has 8 characters and its answer 12: 2 tokens and 3, by Opta's estimate. */
function statsFor(promptTokens: number | null, completionTokens: number | null, source: "reported" | "estimated") {
  const meter = new TurnMeter(() => 0);
  meter.begin({ model: "m", messages: [{ role: "user", content: "12345678" }] }, { tokens: 2, window: Infinity });
  meter.count("123456789012");
  meter.report({ type: "usage", promptTokens, completionTokens, source });
  const stats = meter.stats(true);
  return [stats.promptTokens, stats.completionTokens, stats.usageSource, stats.estimatedBy];
}

Deno.test("TurnMeter takes what a server counts, in whole tokens", () => {
  assertEquals(statsFor(7, 5, "reported"), [7, 5, "reported", undefined]);
  assertEquals(statsFor(7.4, 0, "reported"), [7, 0, "reported", undefined]);
  assertEquals(statsFor(7, 5, "estimated"), [7, 5, "estimated", "server"]);
  assertEquals(statsFor(1e9, 5, "reported"), [1e9, 5, "reported", undefined]);
});

Deno.test("TurnMeter estimates what a server does not say, or cannot have counted, and says so", () => {
  for (const count of [null, -1, 1e300, Infinity, NaN]) {
    assertEquals(statsFor(count, 5, "reported"), [2, 5, "estimated", "length"], `${count}`);
    assertEquals(statsFor(7, count, "estimated"), [7, 3, "estimated", "length"], `${count}`);
  }
});

Deno.test("the speed of a turn is that of its model, without tools and whoever is asked for permission", () => {
  let nowMs = 0;
  const meter = new TurnMeter(() => nowMs);
  for (let step = 0; step < 2; step++) {
    meter.begin({ model: "m", messages: [] }, { tokens: 0, window: Infinity });
    nowMs += 100;
    meter.count("a");
    nowMs += 500;
    meter.report({ type: "usage", promptTokens: 1, completionTokens: 20, source: "reported" });
    meter.end();
    nowMs += 60_000; // a tool, or a person who thinks about it
  }
  const { speed, elapsed, firstTokenLatencyMs } = meter.stats(true);
  assertEquals({ speed, elapsed, firstTokenLatencyMs }, { speed: 40, elapsed: 121.2, firstTokenLatencyMs: 100 });
});
