import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_POEM_LINES, poem } from "./demo_poem.ts";

const topic = fc.option(fc.constantFrom("the sea", "rain", "Deno", "örtliche Züge", "x"));

Deno.test("poem() has exactly as many lines as were asked for, none of them empty", () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 300 }), topic, (lines, topic) => {
    const written = poem(lines, topic).split("\n");
    assertEquals(written.length, lines);
    assert(written.every((line) => /^[A-Z].{15,}[,.]$/.test(line)));
    assert(written.at(-1)?.endsWith("."));
  }));
});

Deno.test("poem() never repeats a line", () => {
  fc.assert(
    fc.property(topic, (topic) => {
      const lines = poem(MAX_POEM_LINES, topic).split("\n").map((line) => line.slice(0, -1));
      assertEquals(new Set(lines).size, MAX_POEM_LINES);
    }),
    { numRuns: 5 },
  );
});

Deno.test("poem() rhymes the lines of a couplet, with two words", () => {
  const ends = poem(34, null).split("\n").map((line) => line.replace(/[,.]$/, "").split(" ").at(-1)!);
  for (let i = 0; i < ends.length; i += 2) {
    const [first, second] = [ends[i]!, ends[i + 1]!];
    assertNotEquals(first, second);
    assert(RHYMES.some((rhyme) => rhyme.test(first) && rhyme.test(second)), `${first} / ${second}`);
  }
});

/** How the words of each rhyme are spelled. */
const RHYMES = [
  /(ight|ite)$/,
  /(ay|ey)$/,
  /(ea|ee|ey|me)$/,
  /(one|own)$/,
  /ound$/,
  /(air|ere|are)$/,
  /(ime|yme|imb)$/,
  /(ain|ane)$/,
  /(eep|eap)$/,
  /and$/,
  /(ue|ough|ew)$/,
  /ill$/,
  /all$/,
  /(ow|o)$/,
  /(ear|ere)$/,
  /ong$/,
  /(ame)$/,
];

Deno.test("poem() is the same for the same request and another for another topic", () => {
  assertEquals(poem(20, "the sea"), poem(20, "the sea"));
  assertNotEquals(poem(20, "the sea"), poem(20, "the sky"));
});

Deno.test("poem() begins with what it is about", () => {
  assertEquals(poem(2, "the sea").split("\n")[0], "Of the sea I was asked to write,");
});
