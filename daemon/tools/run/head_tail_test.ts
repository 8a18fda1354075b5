import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { HeadTail } from "./head_tail.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function keptOf(pieces: readonly string[], head: number, tail: number): HeadTail {
  const kept = new HeadTail(head, tail);
  for (const piece of pieces) kept.push(encode(piece));
  return kept;
}

Deno.test("HeadTail keeps all that fits, and both ends of what does not", () => {
  assertEquals(keptOf([], 3, 4).text(), "");
  assertEquals(keptOf(["ab"], 3, 4).text(), "ab");
  assertEquals(keptOf(["abcdefg"], 3, 4).text(), "abcdefg");
  assertEquals(keptOf(["abcdefgh"], 3, 4).text(), "abc\n… 1 bytes left out …\nefgh");
  assertEquals(keptOf(["ü", "ü"], 3, 4).text(), "üü"); // a character over the seam
});

Deno.test("HeadTail says the same of one text, however it is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-z]{0,12}$/)), fc.integer({ min: 1, max: 9 }), (pieces, tail) => {
      const whole = pieces.join("");
      const kept = keptOf(pieces, 5, tail);
      const omitted = Math.max(0, whole.length - 5 - tail);
      assertEquals(kept.omittedBytes, omitted);
      const expected = omitted === 0
        ? whole
        : `${whole.slice(0, 5)}\n… ${omitted} bytes left out …\n${whole.slice(-tail)}`;
      assertEquals(kept.text(), expected);
    }),
  );
});
