import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fullAllowance, leavesNow, refill, spend } from "./coalesce.ts";
import { COALESCE_LENGTH, IMMEDIATE_DELTAS_BURST, IMMEDIATE_DELTAS_PER_SECOND } from "./limits.ts";

/** How many of deltas that arrive at these times leave at once. */
function immediate(times: number[]): number {
  let allowance = fullAllowance(0);
  let left = 0;
  for (const at of times) {
    allowance = refill(allowance, at);
    if (!leavesNow(allowance, 1)) continue;
    allowance = spend(allowance);
    left++;
  }
  return left;
}

Deno.test("coalesce lets every delta of a steady 1,000 tokens/s leave at once", () => {
  const times = Array.from({ length: 5_000 }, (_, i) => i);
  assertEquals(immediate(times), 5_000);
});

Deno.test("coalesce holds a flood down to the rate and the burst", () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { maxLength: 3_000 }), (gaps) => {
    let at = 0;
    const times = gaps.map((gap) => at += gap);
    const most = IMMEDIATE_DELTAS_BURST + at * IMMEDIATE_DELTAS_PER_SECOND / 1_000;
    assert(immediate(times) <= most + 1);
  }));
});

Deno.test("coalesce lets a large held text leave, whatever the allowance", () => {
  let allowance = fullAllowance(0);
  for (let i = 0; i < IMMEDIATE_DELTAS_BURST; i++) allowance = spend(allowance);
  assertEquals(leavesNow(allowance, COALESCE_LENGTH - 1), false);
  assertEquals(leavesNow(allowance, COALESCE_LENGTH), true);
});
