import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { countNew } from "./count_new.ts";

const TAIL_LENGTH = 4;

Deno.test("countNew() counts each sequence once, wherever the stream is cut", () => {
  const pieces = fc.array(
    fc.array(fc.constantFrom("[2J", "[", "2", "J", "x"), { maxLength: 6 }).map((all) => all.join("")),
  );
  fc.assert(fc.property(pieces, (pieces) => {
    let [tail, count] = ["", 0];
    for (const piece of pieces) {
      count += countNew(/\[2J/g, piece, tail);
      tail = (tail + piece).slice(-TAIL_LENGTH);
    }
    assertEquals(count, pieces.join("").split("[2J").length - 1);
  }));
});
