import { assertEquals } from "@std/assert";
import { healthOf, type HealthSigns } from "./health.ts";

const well: HealthSigns = {
  stopping: false,
  storeFailure: null,
  lag: { p50: 1, p99: 40, max: 900 },
  connections: { open: 3, max: 512 },
};

Deno.test("healthOf() is ok until something is wrong, and then says all that is", () => {
  assertEquals(healthOf(well), { status: "ok", reasons: [] });
  const ill = { stopping: true, storeFailure: "the disk is full", lag: { p50: 1, p99: 300.4, max: 900 } };
  assertEquals(healthOf({ ...ill, connections: { open: 512, max: 512 } }), {
    status: "degraded",
    reasons: [
      "It is stopping: no new turns or clients.",
      "Nothing can be stored: the disk is full",
      "It answers late: 300 ms at the 99th percentile.",
      "All 512 connections are taken.",
    ],
  });
});
