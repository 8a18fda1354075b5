import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type LmxWay, MAX_COOLING_MS, MIN_COOLING_MS, nextWay, READY, type WayInput, wayNow } from "./lmx_way.ts";

const longest = () => 1;

/** The way after inputs at their times. */
function run(...inputs: [nowMs: number, input: WayInput][]): LmxWay {
  return inputs.reduce<LmxWay>((way, [nowMs, input]) => nextWay(way, input, nowMs, longest), READY);
}

Deno.test("a socket that broke is left alone for a while, and then tried again", () => {
  const way = run([100, "broke"]);
  assertEquals(wayNow(READY, 0), "ws");
  assertEquals(wayNow(way, 100 + MIN_COOLING_MS - 1), "cooling");
  assertEquals(wayNow(way, 100 + MIN_COOLING_MS), "ws");
});

Deno.test("requests that break with one socket are one failure", () => {
  assertEquals(run([100, "broke"], [101, "broke"], [102, "broke"]), run([100, "broke"]));
});

Deno.test("each failure in a row doubles the cooling, up to a limit, and an answer ends the row", () => {
  let [way, nowMs] = [READY, 0];
  const lasted: number[] = [];
  for (let i = 0; i < 9; i++) {
    way = nextWay(way, "broke", nowMs, longest);
    if (way.kind !== "cooling") throw new Error(`not cooling: ${way.kind}`);
    lasted.push(way.untilMs - nowMs);
    nowMs = way.untilMs;
  }
  assertEquals(lasted, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  assertEquals(nextWay(way, "answered", nowMs, longest), READY);
});

Deno.test("a request from before that is answered ends the cooling, and so does a server that has come back", () => {
  assertEquals(wayNow(run([0, "broke"], [1, "answered"]), 2), "ws");
  assertEquals(wayNow(run([0, "broke"], [1, "found"]), 2), "ws");
});

Deno.test("a server without the socket is not asked for it until it is found to have one", () => {
  const way = run([0, "missing"]);
  assertEquals(wayNow(way, 1e9), "missing");
  assertEquals(run([0, "missing"], [1, "broke"], [2, "answered"]), way);
  assertEquals(run([0, "missing"], [1, "found"]), READY);
});

Deno.test("whatever happens, a cooling lasts from half of the shortest to the longest time", () => {
  const inputs = fc.array(fc.tuple(
    fc.nat(120_000),
    fc.constantFrom<WayInput>("answered", "broke", "missing", "found"),
    fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  ));
  fc.assert(fc.property(inputs, (inputs) => {
    let [way, nowMs] = [READY, 0];
    for (const [laterMs, input, chance] of inputs) {
      nowMs += laterMs;
      const before = way;
      way = nextWay(way, input, nowMs, () => chance);
      if (way === before || way.kind !== "cooling") continue;
      const ms = way.untilMs - nowMs;
      if (ms < MIN_COOLING_MS / 2 || ms > MAX_COOLING_MS) throw new Error(`cools for ${ms} ms`);
    }
  }));
});
