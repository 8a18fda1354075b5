import { assertEquals, assertThrows } from "@std/assert";
import { readTags } from "./change_sessions.ts";

Deno.test("readTags() adds words, and removes those with a minus", () => {
  assertEquals(readTags(["work", "+home", "#x", "-draft"]), { add: ["work", "home", "x"], remove: ["draft"] });
  for (const word of ["", "-", "#"]) assertThrows(() => readTags([word]), Error, "is no tag");
});
