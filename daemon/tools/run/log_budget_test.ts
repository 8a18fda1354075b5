import { assertEquals } from "@std/assert";
import { LogBudget, LOGGED_PER_SECOND, MAX_LOGGED_BURST } from "./log_budget.ts";
import { MAX_KEPT_LENGTH, OutputRing } from "./output_ring.ts";

Deno.test("LogBudget takes a burst, then a trickle, and nothing from a clock that goes back", () => {
  const budget = new LogBudget(1_000);
  assertEquals(budget.take(MAX_LOGGED_BURST, 1_000), true);
  assertEquals(budget.take(1, 1_000), false);
  assertEquals(budget.take(LOGGED_PER_SECOND, 2_000), true);
  assertEquals(budget.take(1, 0), false);
  assertEquals(budget.take(MAX_LOGGED_BURST + 1, 1e12), false);
});

Deno.test("OutputRing numbers its pieces, forgets the oldest, and answers by the page", () => {
  const ring = new OutputRing();
  const page = { afterSeq: 0, limit: 2, stream: "both" as const };
  for (const text of ["a", "b", "c"]) ring.push("stdout", text, "");
  const { chunks, ...rest } = ring.page(page);
  assertEquals([chunks.map(({ seq }) => seq), rest], [[1, 2], { nextSeq: 2, hasMore: true }]);
  assertEquals(ring.page({ ...page, afterSeq: 2 }).hasMore, false);
  assertEquals(ring.page({ ...page, stream: "stderr" }).chunks, []);
  ring.push("stderr", "x".repeat(MAX_KEPT_LENGTH), "");
  assertEquals(ring.page(page).chunks.map(({ seq }) => seq), [4]);
  assertEquals(ring.lastSeq, 4);
});
