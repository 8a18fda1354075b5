import { assertEquals } from "@std/assert";
import { readTyped, unquote } from "./read_typed.ts";

const sources: [source: string, text: string][] = [
  ["plain", "plain"],
  ['"a b', "a b"],
  ["'a b'", "a b"],
  ["a\\ b", "a b"],
  [`"it's"`, "it's"],
  [`'a\\b'`, "a\\b"],
  [`"a\\b\\"c"`, 'a\\b"c'],
  ["$(touch x)`touch x`$HOME", "$(touch x)`touch x`$HOME"],
  ["end\\", "end"],
  [`x'y'"z"`, "xyz"],
];
for (const [source, text] of sources) {
  Deno.test(`unquote() reads ${source} and expands nothing`, () => assertEquals(unquote(source), text));
}

Deno.test("readTyped() takes words as each shell gives them", () => {
  assertEquals(readTyped("bash", ["--", "config", '"a b"', "'c"]), { before: ["config", "a b"], word: "c" });
  assertEquals(readTyped("zsh", ["--", "do", "'c"]), { before: ["do"], word: "'c" });
  assertEquals(readTyped("fish", ["--", "it's", "'c"]), { before: ["it's"], word: "c" });
  assertEquals(readTyped("powershell", ["--", "do", "="]), { before: ["do"], word: "" });
  assertEquals(readTyped("powershell", ["--", "do", "=--x=y"]), { before: ["do"], word: "--x=y" });
  assertEquals(readTyped("zsh", ["--", "--", ""]), { before: ["--"], word: "" });
  assertEquals(readTyped("zsh", []), { before: [], word: "" });
});
