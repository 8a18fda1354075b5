import { assertEquals } from "@std/assert";
import { searchWords } from "./search_words.ts";

Deno.test("searchWords() finds the words of a text without case, accents and signs", () => {
  assertEquals([...searchWords("Größe: naïve ﬁne-tuning, 東京!")], ["große", "naive", "fine", "tuning", "東", "京"]);
});

Deno.test("searchWords() takes no more marks of a letter than there are in any script: more take minutes to sort", () => {
  const marks = "\u0315\u0300\u05ae"; // not in the order that normalizing gives them; the last one is no accent
  assertEquals([...searchWords(`a${marks.repeat(1_000)} end`)], [`a${"\u05ae".repeat(10)}`, "end"]);
});

Deno.test("searchWords() reads the beginning of a text of any length", () => {
  const words = searchWords(`first ${"x".repeat(8_000_000)}`);
  assertEquals([...words], ["first", "x".repeat(64)]);
});
