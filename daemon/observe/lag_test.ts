import { assertEquals } from "@std/assert";
import { LagMeter } from "./lag.ts";

Deno.test("LagMeter.read() is zero before the first tick", () => {
  using meter = new LagMeter(() => 0);
  assertEquals(meter.read(), { p50: 0, p99: 0, max: 0 });
});

Deno.test("LagMeter.read() tells usual lateness from the worst", () => {
  let now = 0;
  using meter = new LagMeter(() => now);
  for (let i = 0; i < 98; i++) {
    now += 101;
    meter.tick();
  }
  now += 150;
  meter.tick();
  now += 600;
  meter.tick();
  assertEquals(meter.read(), { p50: 1, p99: 50, max: 500 });
});

Deno.test("LagMeter.read() forgets what is older than a minute", () => {
  let now = 0;
  using meter = new LagMeter(() => now);
  now += 5_000;
  meter.tick();
  for (let i = 0; i < 600; i++) {
    now += 102;
    meter.tick();
  }
  assertEquals(meter.read().max, 2);
});
