import { assertEquals } from "@std/assert";
import { loadLanguage } from "@opta/view/highlight";
import { parseMarkdown } from "@opta/view/markdown";
import * as fc from "fast-check";
import { themeOf } from "../theme.ts";
import { assertFits, plainLines as withoutStyles } from "../testing/assert_fits.ts";
import { layoutBlocks } from "./layout_blocks.ts";
import { BlockRenderer } from "./render_block.ts";
import { paintLine } from "./run.ts";
import { hostilePieces } from "./testing/hostile_pieces.ts";

const show = (text: string, columns = 40, theme = themeOf("dark")) =>
  layoutBlocks(parseMarkdown(text), columns).map((line) => paintLine(line, theme));
const plain = (text: string, columns = 40) => withoutStyles({ lines: show(text, columns) });

Deno.test("headings, paragraphs, rules and quotes", () => {
  assertEquals(plain("# Title\nSome *words* and\nmore\n\n---\n> quoted\n> > deep\n", 20), [
    "Title",
    "",
    "Some words and",
    "more",
    "",
    "────────────────────",
    "",
    "│ quoted",
    "│",
    "│ │ deep",
  ]);
});

Deno.test("lists nest, count, and have boxes; an item goes on below its text", () => {
  const text = "9. one two three four five six\n10. b\n    - c\n      - d\n\n- [x] done\n- [ ] open\n";
  assertEquals(
    plain(text, 20),
    [
      " 9. one two three",
      "    four five six",
      "10. b",
      "    • c",
      "      • d",
      "",
      "• [x] done",
      "• [ ] open",
    ],
  );
});

Deno.test("loose lists are set apart, and code in an item too", () => {
  assertEquals(plain("- a\n\n- b\n"), ["• a", "", "• b"]);
  assertEquals(plain("- a\n  ```\n  x\n  ```\n"), ["• a", "", "    x"]);
});

Deno.test("links are text with their address behind it, unless they are their address", () => {
  assertEquals(plain("[here](https://a.example/b)"), ["here (https://a.example/b)"]);
  assertEquals(plain("<https://a.example/b>"), ["https://a.example/b"]);
  assertEquals(plain("https://a.example"), ["https://a.example"]);
  assertEquals(plain("![a dog](https://a.example/d.png)", 60), ["[image: a dog] (https://a.example/d.png)"]);
});

Deno.test("styles are painted around words, and end with each line", () => {
  assertEquals(show("**bold _both_**", 6, themeOf("none")), [
    "\x1b[1mbold\x1b[22m",
    "\x1b[1m\x1b[3mboth\x1b[23m\x1b[22m",
  ]);
  assertEquals(show("# a *b*", 20), ["\x1b[1;36ma \x1b[22;39m\x1b[1;36m\x1b[3mb\x1b[23m\x1b[22;39m"]);
});

Deno.test("code has its language above it and its colours, and is broken at the edge", async () => {
  await loadLanguage("ts");
  assertEquals(plain("```ts\nconst a = 1;\n\nconst long = 12345;\n```", 16), [
    "  ts",
    "  const a = 1;",
    "",
    "  const long = 1",
    "  2345;",
  ]);
  const [, line] = show("```ts\nconst a = 1;\n```");
  assertEquals(line, "  \x1b[35mconst\x1b[39m a = \x1b[33m1\x1b[39m;");
  assertEquals(show("```diff\n-a\n+b\n```").slice(1), ["  \x1b[31m-a\x1b[39m", "  \x1b[32m+b\x1b[39m"]);
});

const table = "| Name | What it does | N |\n|:--|:-:|--:|\n| a | reads a file | 1 |\n| bb | **writes** | 20 |\n";

Deno.test("a table has columns as wide as its cells, and aligned", () => {
  assertEquals(plain(table), [
    "Name │ What it does │  N",
    "─────┼──────────────┼───",
    "a    │ reads a file │  1",
    "bb   │    writes    │ 20",
  ]);
});

Deno.test("the cells of a table that is too wide are broken, and below that it goes row by row", () => {
  assertEquals(plain(table, 20), [
    "Name │ What it  │  N",
    "     │   does   │",
    "─────┼──────────┼───",
    "a    │ reads a  │  1",
    "     │   file   │",
    "bb   │  writes  │ 20",
  ]);
  assertEquals(plain("| a | b |\n|---|---|\n| 1 | 2 |\n", 8), ["a, b", "a: 1", "b: 2", ""]);
});

Deno.test("a renderer that throws gives the plain text, and says so once", () => {
  const errors: unknown[] = [];
  const renderer = new BlockRenderer((error) => errors.push(error), () => {
    throw new TypeError("broken");
  });
  const view = { columns: 10, theme: themeOf("dark") };
  const [block] = parseMarkdown("- some **words**\x1b[2J here\n");
  assertEquals(renderer.render(block!, view), ["- some wor", "ds here"]);
  renderer.render(block!, view);
  assertEquals(errors.length, 1);
});

Deno.test("whatever a text is, its lines fit and have no control but colours", () => {
  const fragments = [
    ..."\n\n #*_`~>|-+=1.)[](){}<>!&;\\\r\t",
    ...[
      "\n\n",
      "\n- ",
      "\n  - ",
      "\n1. ",
      "\n> ",
      "\n```js\n",
      "\n---\n",
      "| a | b |\n|---|:-:|\n",
      "\n| 1 | 2 |",
      "**b**",
      "- [x] ",
    ],
    ...hostilePieces,
    ...["x".repeat(50), "[link](https://a.example)", "&#27;[31m", "&#x202e;", "\u2028", "\x85", "\x7f", "    "],
  ];
  const text = fc.array(fc.constantFrom(...fragments), { maxLength: 60 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 50 }), (whole, columns) => {
      const lines = show(whole, columns);
      assertFits({ lines }, { columns, rows: lines.length });
    }),
    { numRuns: 500 },
  );
});
