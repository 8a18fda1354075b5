import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { highlightSync, loadLanguage, splitLines } from "./highlight.ts";

const code = 'const a: string = "b\\n<&"; // why\nfunction f() { return 1; }\n/* two\nlines */\n';

Deno.test("highlightSync() gives null until the language is there, and then what each piece is", async () => {
  assertEquals(highlightSync(code, "kotlin"), null);
  assert(await loadLanguage("ts"));
  const spans = highlightSync(code, "TypeScript");
  assert(spans);
  assertEquals(spans.map(({ text }) => text).join(""), code);
  const kindOf = (text: string) => spans.find((span) => span.text.trim() === text)?.kind;
  assertEquals(["const", '"b\\n<&"', "// why", "f", "1"].map(kindOf), [
    "keyword",
    "string",
    "comment",
    "function",
    "number",
  ]);
  const comment = splitLines(spans).slice(2, 4);
  assertEquals(comment, [[{ text: "/* two", kind: "comment" }], [{ text: "lines */", kind: "comment" }]]);
});

Deno.test("a language that is not known is no error", async () => {
  assertEquals([await loadLanguage("klingon"), await loadLanguage("__proto__")], [false, false]);
  assertEquals(highlightSync("x", "klingon"), null);
});

Deno.test("code that would take long stays plain", async () => {
  await loadLanguage("js");
  assertEquals(highlightSync("a;\n".repeat(10_000), "js"), null);
  assertEquals(highlightSync(`${"a;".repeat(1_500)}\n`, "js"), null);
});

Deno.test("whatever the code is, the pieces are together the code", async () => {
  const languages = ["js", "py", "html", "css", "bash", "json", "yaml"];
  for (const name of languages) assert(await loadLanguage(name), name);
  const piece = fc.constantFrom(
    ..."<>&\"'`/*#\n\\{}()[]$= ;:-",
    "&amp;",
    "</span>",
    '<span class="x">',
    "if",
    "def ",
    "1",
    "\ud83d",
    "漢",
  );
  const anyCode = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  let coloured = 0;
  fc.assert(
    fc.property(anyCode, fc.constantFrom(...languages), (text, name) => {
      const spans = highlightSync(text, name);
      if (spans === null) return;
      coloured++;
      assertEquals(spans.map((span) => span.text).join(""), text);
      assertEquals(splitLines(spans).length, text.split("\n").length);
    }),
    { numRuns: 300 },
  );
  assert(coloured > 200, `${coloured}`);
});
