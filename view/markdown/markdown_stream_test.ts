import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { Lexer } from "marked";
import { type BlockContent, wordsOf } from "./block.ts";
import { lexBlocks } from "./lex_blocks.ts";
import { MarkdownStream, parseMarkdown } from "./markdown_stream.ts";

const fragments = [
  ..."\n\n\n  \t#*_`~>|-+=1.)[](){}<>!&;:/\\\r",
  ...["\n\n", "\n- ", "\n  - ", "\n1. ", "\n> ", "\n```", "```js\n", "\n~~~", "\n    code", "\n---", "\n===", "\n# "],
  ...["| a | b |\n|---|:-:|\n", "\n| 1 | 2 |", "**bold**", "_em_", "`code`", "[link](https://a.example)", "[x]: y\n"],
  ...[
    "<div>\n",
    "<!--",
    "\r\n",
    "- [x] ",
    "text",
    " words and ",
    "漢字",
    "👩‍👩‍👧",
    "\ud83d",
    "\udc69",
    "&amp;",
    "    ",
    "***",
  ],
];
const text = fc.array(fc.constantFrom(...fragments), { maxLength: 60 }).map((parts) => parts.join(""));

function chop(whole: string, cuts: readonly number[]): string[] {
  const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
  return places.slice(1).map((end, i) => whole.slice(places[i], end));
}

Deno.test("MarkdownStream gives what one shot gives, however the text is cut, and never changes a closed block", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(200), { maxLength: 12 }), (whole, cuts) => {
      const stream = new MarkdownStream();
      const final = parseMarkdown(whole);
      for (const piece of chop(whole, cuts)) {
        stream.push(piece);
        assertEquals(stream.closed, final.slice(0, stream.closed.length));
        assertEquals(new Set(stream.blocks.map(({ key }) => key)).size, stream.blocks.length);
      }
      stream.end();
      assertEquals(stream.blocks, final);
    }),
    { numRuns: 1_000 },
  );
});

/** Paragraphs, lists and so on as models write them, apart by blank lines or close together where that is usual. */
const usual = fc.array(
  fc.constantFrom(
    ...[
      "A paragraph\nof two lines.\n\n",
      "# Heading\n",
      "## Heading\n\n",
      "Title\n===\n\n",
      "Intro:\n- a\n- b\n\n",
      "---\n\n",
    ],
    ...[
      "- a\n  - b\n    c\n\n  more of a\n\n- d\n\n",
      "1. one\n2. two\n\n   ```js\n   x\n\n   y\n   ```\n3. three\n\n",
      "* * *\n",
    ],
    ...[
      "> quoted\nlazy\n\n",
      "> a\n> - b\n\n",
      "```js\nlet a = `1`;\n\n# no heading\n```\n",
      "~~~\n```\n~~~\n\n",
      "    code\n\n    more\n\n",
    ],
    ...[
      "| a | b |\n|---|---|\n| 1 | **2** |\n\n",
      "Text\n| a |\n|---|\n| 1 |\n\n",
      "Text\n```\nx\n```\nText\n\n",
      "- [x] done\n- [ ] not\n\n",
    ],
  ),
  { maxLength: 12 },
).map((parts) => parts.join(""));

Deno.test("parseMarkdown() finds the blocks that marked finds in the whole text", () => {
  fc.assert(
    fc.property(usual, (whole) => {
      const found = parseMarkdown(whole).map(({ key: _, ...content }): BlockContent => content as BlockContent);
      assertEquals(found, lexBlocks(whole));
    }),
    { numRuns: 1_000 },
  );
  assert(new Lexer().lex("a\n\nb").length > 1);
});

Deno.test("MarkdownStream.settle() closes the beginning of a long block, and nothing that may still change", () => {
  const settled = (whole: string) => {
    const stream = new MarkdownStream();
    stream.push(whole);
    const was = stream.settle(() => true);
    return [was, stream.closed.length, stream.open.length];
  };
  assertEquals(settled("some words in"), [true, 1, 1]);
  assertEquals(settled("word"), [false, 0, 1]);
  assertEquals(settled("\u6f22\u5b57\uff0c\u6f22\u5b57\u6f22"), [true, 1, 1]);
  assertEquals(settled("\u6f22\uff0c**\u6f22\u5b57\u6f22"), [false, 0, 1]);
  assertEquals(settled("**bold words"), [false, 0, 1]);
  assertEquals(settled("- one\n- two\n- thr"), [true, 1, 1]);
  assertEquals(settled("- one and"), [false, 0, 1]);
  assertEquals(settled("| a |\n|---|\n| 1 |\n| 2 |\n"), [true, 1, 1]);
  assertEquals(settled("> quoted words"), [false, 0, 1]);
  const stream = new MarkdownStream();
  stream.push("| a |\n|---|\n| 1 |\n| 2 |\n");
  stream.settle(() => true);
  const [rest] = stream.open;
  assert(rest?.kind === "table" && rest.continues);
  assertEquals(rest.rows.flat(2), [{ kind: "text", text: "2" }]);
});

Deno.test("MarkdownStream.settle() leaves the words as they are, wherever it closes", () => {
  const words = fc.array(
    fc.constantFrom(
      "word ",
      "two words ",
      "**bold** ",
      "`a b` ",
      "[c d](https://a.example) ",
      "*",
      "_",
      "`",
      "[",
      "\n",
      "a_b ",
      "5 * 6 ",
      "~~x y~~ ",
    ),
    { maxLength: 40 },
  ).map((parts) => parts.join(""));
  fc.assert(
    fc.property(words, fc.array(fc.nat(200), { maxLength: 6 }), fc.nat(8), (whole, cuts, limit) => {
      const stream = new MarkdownStream();
      for (const piece of chop(whole, cuts)) {
        stream.push(piece);
        stream.settle((block) => block.kind === "paragraph" && wordsOf(block.children).length < 10 * limit);
      }
      stream.end();
      const bare = (blocks: readonly BlockContent[]) =>
        blocks.map((block) => block.kind === "paragraph" ? wordsOf(block.children) : "").join("").replaceAll(/\s/g, "");
      assertEquals(bare(stream.closed), bare(parseMarkdown(whole)));
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("MarkdownStream keeps the keys of blocks while they grow", () => {
  const stream = new MarkdownStream();
  const keys: string[][] = [];
  for (const piece of ["Some te", "xt\n\nMore", "\n\n```js\nlet", " a\n", "```\n", "end"]) {
    stream.push(piece);
    keys.push(stream.blocks.map(({ key }) => key));
  }
  assertEquals(keys.map((all) => all.join(" ")), [
    "0.0",
    "0.0 1.0",
    "0.0 1.0 2.0",
    "0.0 1.0 2.0",
    "0.0 1.0 2.0",
    "0.0 1.0 2.0 3.0",
  ]);
});

Deno.test("MarkdownStream shows an open fence by lines, and adds to the same array", () => {
  const stream = new MarkdownStream();
  stream.push("```ts\nconst a = 1;\nconst");
  const [before] = stream.open;
  stream.push(" b = 2;\n``");
  const [block] = stream.open;
  assert(before?.kind === "code" && block?.kind === "code");
  assertEquals([block.language, block.partial, block.lines], ["ts", "``", ["const a = 1;", "const b = 2;"]]);
  assertEquals(before.lines, block.lines);
  stream.push("`\nafter");
  assertEquals(stream.closed.map(({ kind }) => kind), ["code"]);
});

Deno.test("what is open stays short, whatever comes: long lists, tables, quotes and lines are cut", () => {
  const row = "| 1 | two |\n";
  const nasty = {
    list: "- item with some words\n".repeat(5_000),
    table: `| a | b |\n|---|---|\n${row.repeat(5_000)}`,
    quote: "> quoted words\n".repeat(5_000),
    paragraph: "words and words\n".repeat(5_000),
    line: "word ".repeat(50_000),
    code: "    code\n".repeat(5_000),
  };
  for (const [name, whole] of Object.entries(nasty)) {
    const blocks = parseMarkdown(whole);
    assert(blocks.length > 4, name);
    if (name === "table") assert(blocks.every(({ kind }) => kind === "table"), "the header is repeated");
    if (name === "list") assert(blocks.every(({ kind }) => kind === "list"), name);
  }
});

Deno.test("HTML, definitions and deep nesting are text", () => {
  const html = parseMarkdown("<script>alert(1)</script>\n\na <b onclick='x'>c</b>\n");
  assertEquals(html.map((block) => "children" in block && wordsOf(block.children)), [
    "<script>alert(1)</script>",
    "a <b onclick='x'>c</b>",
  ]);
  const [uses, defined] = parseMarkdown("See [this][1].\n\n[1]: https://a.example\n");
  assert(uses?.kind === "paragraph" && defined?.kind === "paragraph");
  assertEquals(wordsOf(uses.children), "See [this][1].");
  assertEquals(defined.children.at(-1)?.kind, "link");
  const deep = parseMarkdown(`${">".repeat(3_000)} a\n`);
  assertEquals(deep.map(({ kind }) => kind), ["paragraph"]);
});

Deno.test("a link to what is not safe is text, with its address; an image is never more than its words", () => {
  const [block] = parseMarkdown("[x](javascript:alert(1)) [y](https://a.example) ![z](https://b.example/p.png)");
  assert(block?.kind === "paragraph");
  assertEquals(block.children, [
    { kind: "text", text: "x (javascript:alert(1)) " },
    { kind: "link", href: "https://a.example", children: [{ kind: "text", text: "y" }] },
    { kind: "text", text: " " },
    { kind: "image", href: "https://b.example/p.png", alt: "z" },
  ]);
});

Deno.test("nothing of a text is lost: its words come in their order", () => {
  const words = /[a-z\u6f22\u5b57]{2,}/g;
  const allWords = (blocks: readonly BlockContent[]): string =>
    blocks.map((block): string => {
      switch (block.kind) {
        case "heading":
        case "paragraph":
          return wordsOf(block.children);
        case "code":
          return `${block.language}\n${block.lines.join("\n")}`;
        case "list":
          return block.items.map((item) => allWords(item.blocks)).join("\n");
        case "quote":
          return allWords(block.blocks);
        case "table":
          return [block.header, ...block.rows].flat().map(wordsOf).join("\n");
        case "rule":
          return "";
        default:
          return block satisfies never;
      }
    }).join("\n");
  const safe = usual.map((whole) => whole.replaceAll("***", ""));
  fc.assert(
    fc.property(safe, (whole) => {
      assertEquals(allWords(parseMarkdown(whole)).match(words), whole.match(words));
    }),
    { numRuns: 300 },
  );
});
