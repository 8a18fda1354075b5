import { assertEquals } from "@std/assert";
import { collectWords } from "./collect_words.ts";
import { WORDS_FILE, wordsText } from "./generate.ts";

Deno.test("collectWords() finds a kind for every argument and every flag that takes a value, and needs every kind", async () => {
  const { unknown, unused } = await collectWords();
  assertEquals(unknown, [], "give it a kind in cli/completions/kinds.ts, or text when nobody can know what comes");
  assertEquals(unused, [], "nothing of that name is left: take it out of cli/completions/kinds.ts");
});

Deno.test("command_words.json says what the commands say", async () => {
  const isFresh = await Deno.readTextFile(WORDS_FILE) === await wordsText();
  assertEquals(isFresh, true, 'it is stale: run "deno task completions"');
});
