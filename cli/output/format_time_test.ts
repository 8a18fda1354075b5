import { assertEquals } from "@std/assert";
import { formatTime } from "./format_time.ts";

Deno.test("formatTime() shows the local time, with two digits each, and never fails", () => {
  assertEquals(formatTime(new Date(2026, 0, 5, 7, 3, 59).toISOString()), "2026-01-05 07:03");
  assertEquals(formatTime("soon"), "an unknown time");
});
