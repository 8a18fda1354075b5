import { assert, assertEquals } from "@std/assert";
import { htmlText } from "./html_text.ts";

const base = new URL("https://example.com/docs/page");
const textOf = (html: string) => htmlText(html, base).text;

Deno.test("htmlText() keeps headings, paragraphs, lists, tables, code and links", () => {
  const { title, text } = htmlText(
    `<!doctype html><html><head><title> A  page &amp; more </title><style>p{color:red}</style></head>
    <body><!-- <p>no</p> --><script>if (1 < 2) document.write("<p>no</p>")</script>
    <h1>Head <em>ing</em></h1><p>One
      two &mdash; three&nbsp;four &#x41;&#66;.<br>Next <a href="../other?a=1&amp;b=2">link</a>, <a href='#x'>here</a>,
      <a href="javascript:alert(1)">bad</a>, <a href="https://example.com/">https://example.com/</a></p>
    <ul><li>first<li>second <b>bold</b><ol><li>in</li><li>ner</li></ol></ul>
    <table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
    <pre>  let x = 1;
  y();</pre><svg><text>no</text></svg><p>2 < 3 &unknown; &lt;b&gt;</p></body></html>`,
    base,
  );
  assertEquals(title, "A page & more");
  assertEquals(
    text,
    `# Head ing

One two — three four AB.
Next link (https://example.com/other?a=1&b=2), here, bad, https://example.com/

- first
- second bold
  1. in
  2. ner

a | b
1 | 2

\`\`\`
  let x = 1;
  y();
\`\`\`

2 < 3 &unknown; <b>`,
  );
});

Deno.test("htmlText() makes something of broken markup", () => {
  assertEquals(textOf("a<b>c"), "ac");
  assertEquals(textOf("a < b > c"), "a < b > c");
  assertEquals(textOf("x<script>y"), "x");
  assertEquals(textOf("x<!-- y"), "x");
  assertEquals(textOf('x<a href="y'), "x");
  assertEquals(textOf('<a title="a > b" href=y>z</a>'), "z (https://example.com/docs/y)");
  assertEquals(textOf("</p></li></ul></pre></a>x<li>y"), "x\n- y");
  assertEquals(textOf("<p>it's > 5</p>"), "it's > 5");
  assertEquals(textOf("&#0;&#xd800;&#x110000;"), "\ufffd\ufffd\ufffd");
  assertEquals(textOf("a<svg/>b<svg>c</svg>d"), "abd");
  assertEquals(textOf(""), "");
});

Deno.test("htmlText() takes time that grows with the page alone", () => {
  const length = 1_000_000;
  const fill = (piece: string) => piece.repeat(Math.ceil(length / piece.length));
  const pages = [
    "<",
    "<a ",
    "<!--",
    "<p>",
    "<a href='",
    "<ul>",
    "<script>",
    "</",
    "&",
    "<pre>",
    "<a>x",
    "x</a>",
    '<a href="x">y',
    "<td>",
  ];
  const pads = [
    `<pre>${" ".repeat(length)}x`,
    `<a href="${"x".repeat(length)}">y</a>`,
    `${"<a>".repeat(length / 10)}x${"</a>".repeat(length / 10)}`,
  ];
  for (const page of [...pages.map(fill), ...pads]) assert(textOf(page).length < length * 4); // quadratic would not end
});
