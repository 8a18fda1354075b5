import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { estimateTokens, tokenise } from "./demo_tokens.ts";

Deno.test("tokenise() loses and adds nothing", () => {
  const anyText = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.string({ unit: "binary" }),
    fc.string({ unit: fc.constantFrom(" ", "\n", "a", "1", ",", "👋", "é", "\uD800") }),
  );
  fc.assert(fc.property(anyText, (text) => assertEquals([...tokenise(text)].join(""), text)));
});

Deno.test("tokenise() keeps surrogate pairs whole", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme" }), (text) => {
    assert([...tokenise(text)].every((piece) => piece.isWellFormed()));
  }));
});

Deno.test("tokenise() puts the space before the word and cuts long words", () => {
  assertEquals([...tokenise("Hello, big world\n\n12345 internationalisation")], [
    "Hello",
    ",",
    " big",
    " world",
    "\n\n",
    "123",
    "45",
    " internat",
    "ionalisa",
    "tion",
  ]);
});

Deno.test("estimateTokens() counts four characters a token, rounded up", () => {
  assertEquals([0, 1, 4, 5].map(estimateTokens), [0, 1, 1, 2]);
});
