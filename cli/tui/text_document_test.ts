import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { documentOf, type TextDocument } from "./text_document.ts";

const linesOf = (text: TextDocument, columns = 80) =>
  Array.from({ length: text.lineCount }, (_, line) => text.rowsOf(line, columns).map(({ text }) => text).join("/"));

Deno.test("documentOf() cuts sections into lines, each with its role", () => {
  const text = documentOf([{ text: "a\nb\r\n" }, { text: "", role: "dim" }, { text: "c", role: "bad" }]);
  assertEquals(linesOf(text), ["a", "b", "", "c"]);
  assertEquals(text.rowsOf(3, 80), [{ text: "c", role: "bad" }]);
  assertEquals([text.rowsOf(4, 80), text.rowsOf(-1, 80), text.rowsOf(Infinity, 80)], [[], [], []]);
  assertEquals(documentOf([]).lineCount, 0);
});

Deno.test("a line is broken at the edge, or between words", () => {
  assertEquals(linesOf(documentOf([{ text: "one two" }, { text: "one two", isProse: true }]), 5), [
    "one t/wo",
    "one/two",
  ]);
});

Deno.test("a line is made safe when it is seen [security 10]", () => {
  assertEquals(linesOf(documentOf([{ text: "a\x1b[31mb\x9b1mc\n\u202ed" }])), ["abc", "d"]);
  const upper = { text: "ab\ncd", show: (line: string) => line.toUpperCase() };
  assertEquals(linesOf(documentOf([upper])), ["AB", "CD"]);
});

Deno.test("a very long line counts as several, and no pair of surrogates is torn", () => {
  const long = `x${"😀".repeat(3_000)}`;
  const text = documentOf([{ text: `${long}\nend` }]);
  assert(text.lineCount > 3);
  assertEquals(linesOf(text, 100_000).slice(0, -1).join(""), long);
  assertEquals(linesOf(text).at(-1), "end");
});

Deno.test("find() goes on from a line, down or up, whatever the case, over all sections", () => {
  const text = documentOf([{ text: "Apple\nbanana\nAPPLE pie" }, { text: "x\nan apple (+)" }]);
  assertEquals([text.find("apple", 0, 1), text.find("apple", 1, 1), text.find("apple", 3, 1)], [0, 2, 4]);
  assertEquals([text.find("apple", 4, -1), text.find("apple", 3, -1), text.find("apple", 1, -1)], [4, 2, 0]);
  assertEquals([text.find("(+)", 0, 1), text.find("pear", 0, 1), text.find("", 0, 1)], [4, null, null]);
  assertEquals([text.find("banana", 2, 1), text.find("banana", 0, -1)], [null, null]);
});

Deno.test("find() finds the same lines as looking at each of them", () => {
  const words = fc.array(fc.constantFrom("ab", "ba", "\n", "x".repeat(3_000), "\n\n"), { maxLength: 40 });
  fc.assert(fc.property(words, fc.nat(60), (words, at) => {
    const text = documentOf([{ text: words.join("") }, { text: words.toReversed().join("") }]);
    const holds = (line: number) => text.rowsOf(line, 1e6)[0]?.text.includes("aba") ?? false;
    const from = at % text.lineCount;
    const lines = Array.from({ length: text.lineCount }, (_, line) => line).filter(holds);
    assertEquals(text.find("aba", from, 1), lines.find((line) => line >= from) ?? null);
    assertEquals(text.find("aba", from, -1), lines.findLast((line) => line <= from) ?? null);
  }));
});
