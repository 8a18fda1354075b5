import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import type { BundledPage } from "./bundle_page.ts";
import { nameByContent } from "./name_by_content.ts";

const file = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });

function page(main: string, parts: Record<string, string> = {}): BundledPage {
  return {
    html: '<html><head>\n  <link rel="icon" href="i.svg">\n  <script src="main.tsx"></script></head></html>',
    named: new Map([["i.svg", file("i.svg", "<svg/>")], ["main.tsx", file("main.js", main)]]),
    parts: Object.entries(parts).map(([name, text]) => file(name, text)),
  };
}

function documentOf(bundled: BundledPage): string {
  const { document, files } = nameByContent(bundled);
  return new TextDecoder().decode(files.find(({ name }) => name === document)?.bytes);
}

Deno.test("nameByContent() gives names that change with the content, and puts them into the document", () => {
  const [one, same, other] = [page("a()"), page("a()"), page("b()")].map((bundled) => nameByContent(bundled));
  assertMatch(one?.document ?? "", /^index-[0-9a-f]{10}\.html$/);
  assertEquals(one, same);
  assertNotEquals(one?.document, other?.document);
  assertMatch(
    documentOf(page("a()")),
    /href="\/assets\/i-[0-9a-f]{10}\.svg"><script src="\/assets\/main-[0-9a-f]{10}\.js"/,
  );
});

Deno.test("nameByContent() tells what is fetched first from what is loaded later", () => {
  const bundled = page('import"./chunk-A.js";import("./later-B.js")', {
    "chunk-A.js": 'import{x}from"./chunk-C.js";',
    "chunk-C.js": "export{x}",
    "later-B.js": 'import{x}from"./chunk-C.js";import{y}from"./chunk-D.js";',
    "chunk-D.js": "export{y}",
  });
  const later = nameByContent(bundled).files.filter(({ first }) => !first).map(({ name }) => name);
  assertEquals(later, ["later-B.js", "chunk-D.js"]);
  const html = documentOf(bundled);
  assert(html.includes('modulepreload" href="/assets/chunk-A.js"') && html.includes("/assets/chunk-C.js"));
  assert(!html.includes("later-B") && !html.includes("chunk-D"));
});

Deno.test("nameByContent() refuses a part that imports the entry, whose name would not be that", () => {
  const bundled = page("a()", { "part-A.js": 'import{x}from"./main.js"' });
  assertThrows(() => nameByContent(bundled), Error, "a module of its own");
});
