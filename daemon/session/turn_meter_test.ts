import { assertEquals } from "@std/assert";
import { TurnMeter } from "./turn_meter.ts";

const request = { model: "m", messages: [] };
const context = { tokens: 0, window: Infinity };

Deno.test("the speed of a turn is that of its model, without tools and whoever is asked for permission", () => {
  let nowMs = 0;
  const meter = new TurnMeter(() => nowMs);
  for (let step = 0; step < 2; step++) {
    meter.begin(request, context);
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
