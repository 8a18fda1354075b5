import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatCursor, parseCursor } from "./cursor.ts";

Deno.test("parseCursor() reads what formatCursor() writes [E3, R7]", () => {
  const epoch = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
  fc.assert(fc.property(epoch, fc.nat(), (epoch, seq) => {
    assertEquals(parseCursor(formatCursor({ epoch, seq })), { epoch, seq });
  }));
});

Deno.test("parseCursor() refuses what is no cursor", () => {
  const texts = [
    "",
    ":",
    "e1",
    "e1:",
    ":7",
    "e1:-1",
    "e1:1.5",
    "e1:1e3",
    "e1: 7",
    "a:b:7",
    "e1:7:",
    "e1:9999999999999999",
  ];
  for (const text of texts) assertEquals(parseCursor(text), null, text);
  assertEquals(parseCursor("e1:0"), { epoch: "e1", seq: 0 });
});
