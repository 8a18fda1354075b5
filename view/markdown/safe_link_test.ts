import { assertEquals } from "@std/assert";
import { safeLink } from "./safe_link.ts";

Deno.test("safeLink() lets http, https and mailto pass as they are", () => {
  for (const href of ["http://a.example", "https://a.example/b?c=d#e", "HTTPS://A.example", "mailto:a@b.example"]) {
    assertEquals(safeLink(href), href);
  }
});

const refused: Record<string, string> = {
  "script": "javascript:alert(1)",
  "script in other letters": "JaVaScRiPt:alert(1)",
  "script with a tab": "java\tscript:alert(1)",
  "script behind a control character": "\x01javascript:alert(1)",
  "data": "data:text/html,<script>",
  "vbscript": "vbscript:x",
  "a file": "file:///etc/passwd",
  "a relative address": "/logout",
  "an address without a scheme": "//evil.example",
  "a name that looks like a host": "https://good.example@evil.example/",
  "a password": "https://a:b@evil.example/",
  "a backslash": "https:\\\\evil.example",
  "no slashes": "https:evil.example",
  "a bidi override": "https://a.example/\u202egnp.exe",
  "a zero-width character": "https://a\u200b.example",
  "a line feed": "https://a.example/\nb",
  "a blob": "blob:https://a.example/1",
  "too long an address": `https://a.example/${"x".repeat(3_000)}`,
};
for (const [name, href] of Object.entries(refused)) {
  Deno.test(`safeLink() refuses ${name}`, () => assertEquals(safeLink(href), null));
}
