import { assert, assertEquals, assertThrows } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { periodBound } from "./usage_period.ts";

const now = new Date(2026, 2, 3, 15, 30); // local, as people mean it

Deno.test("periodBound() counts days with today among them, over the end of a month", () => {
  assertEquals(periodBound("--since", "1d", now), "2026-03-03");
  assertEquals(periodBound("--since", "7d", now), "2026-02-25");
  assertEquals(periodBound("--since", "2w", now), "2026-02-18");
});

Deno.test("periodBound() counts hours back, and passes on dates and times", () => {
  assertEquals(periodBound("--since", "12h", now), new Date(2026, 2, 3, 3, 30).toISOString());
  assertEquals(periodBound("--until", "2026-11-01", now), "2026-11-01");
  assertEquals(periodBound("--until", "2026-11-01T08:00:00+02:00", now), "2026-11-01T06:00:00.000Z");
  assertEquals(periodBound("--until", "2026-11-01T08:00", now), new Date(2026, 10, 1, 8).toISOString());
});

Deno.test("periodBound() refuses everything else, with an example", () => {
  const wrong = ["", "7", "d", "0d", "-7d", "7 d", "1e3d", "999999w", "7m", "yesterday", "2026-02-30", "2026-13-01"];
  for (const text of [...wrong, "2026-11-01T25:00", "2026-02-30T08:00", "2026-11-01 08:00", "2026"]) {
    const error = assertThrows(() => periodBound("--since", text, now), CliError);
    assertEquals(error.exitCode, ExitCode.usage, text);
    assert(error.message.includes("--since 7d"), error.message);
  }
});
