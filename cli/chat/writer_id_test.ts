import { assertEquals } from "@std/assert";
import { writerIdOf } from "./writer_id.ts";

Deno.test("writerIdOf() names user and machine", () => {
  assertEquals(writerIdOf({ USER: "ann" }, "laptop.example.org"), "ann@laptop");
  assertEquals(writerIdOf({ USERNAME: "Ann" }, "PC"), "Ann@PC");
  assertEquals(writerIdOf({}, ""), "user@localhost");
});

Deno.test("writerIdOf() fits the protocol whatever the machine is called", () => {
  assertEquals(writerIdOf({ USER: "a\x1b[31mb\n" }, "h".repeat(300)).length, 200);
});
