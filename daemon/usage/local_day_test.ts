import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { localDay, startOfDay } from "./local_day.ts";

Deno.test("every instant lies in its day, in whatever time zone this runs", () => {
  fc.assert(
    fc.property(fc.date({ min: new Date("0002-01-01"), max: new Date("9998-12-31"), noInvalidDate: true }), (time) => {
      const day = localDay(time);
      assert(startOfDay(day) <= time && time < startOfDay(day, 1), `${time.toISOString()} in ${day}`);
      assertEquals(localDay(startOfDay(day)), day);
    }),
  );
});

Deno.test("days follow each other over the ends of months, of leap years and of summer time", () => {
  for (let later = 0, day = "2023-12-30"; later < 800; later++) {
    assertEquals(localDay(startOfDay("2023-12-30", later)), day);
    day = localDay(startOfDay(day, 1));
  }
  assertEquals(localDay(startOfDay("2024-02-28", 2)), "2024-03-01");
});
