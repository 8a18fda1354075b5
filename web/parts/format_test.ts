import { assertEquals } from "@std/assert";
import { countOf } from "@opta/view/count_of";
import { formatAge, formatCount } from "./format.ts";

Deno.test("formatAge() says how long ago something was, and the day when that is long ago", () => {
  const now = Date.parse("2026-03-10T12:00:00Z");
  const ages = ["2026-03-10T11:59:30Z", "2026-03-10T11:15:00Z", "2026-03-10T02:00:00Z", "2026-03-08T11:00:00Z"];
  assertEquals(ages.map((at) => formatAge(at, now)), ["now", "45 min", "10 h", "2 d"]);
  assertEquals([formatAge("2026-01-02T03:04:05Z", now), formatAge("", now)], ["2026-01-02", ""]);
});

Deno.test("formatCount() and countOf() are short", () => {
  assertEquals([0, 999, 1_000, 12_345, 250_000, 4_560_000].map(formatCount), [
    "0",
    "999",
    "1 k",
    "12.3 k",
    "250 k",
    "4.6 M",
  ]);
  assertEquals([countOf(1, "turn"), countOf(2, "turn")], ["1 turn", "2 turns"]);
});
