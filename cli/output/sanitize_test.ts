import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { escapeJson, sanitize, sanitizeLine, Sanitizer } from "./sanitize.ts";

/** Characters that decide something, and some that do not. */
const piece = fc.constantFrom(
  ..."\x1b\x1b\x1b[]PX^_\\?0;mHcA\x07\x08\r\n\t\x00\x18\x1a\x7f\x84\x90\x98\x9b\x9c\x9d\x9e\x9f #é漢\u202e\u2066\u200d\ud83d\udb40\udc41\udf4e",
  "\u{e0041}",
  "🍎",
);
const hostile = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
const forbidden = /(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]|\p{Cs}/u;

const sequences: Record<string, [raw: string, shown: string]> = {
  "SGR colour and conceal": ["a\x1b[8;31mb\x1b[0mc", "abc"],
  "cursor movement and clear screen": ["a\x1b[2J\x1b[Hb", "ab"],
  "OSC 52 ended by BEL": ["a\x1b]52;c;c2VjcmV0\x07b", "ab"],
  "OSC 8 ended by ST": ["\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"],
  "the C1 form of OSC 52": ["a\x9d52;c;c2VjcmV0\x9cb", "ab"],
  "the C1 form of CSI": ["a\x9b31mb", "ab"],
  "DCS, SOS, PM and APC": ["a\x1bPq#0\x1b\\b\x1bXs\x1b\\c\x1b^p\x1b\\d\x1b_G\x1b\\e", "abcde"],
  "a full reset and a character set": ["a\x1bcb\x1b(0c", "abc"],
  "carriage return and backspace": ["safe\r\x08\x08evil", "safeevil"],
  "CRLF": ["a\r\nb", "a\nb"],
  "bidi overrides and isolates": ["a\u202eb\u2066c\u2069d", "abcd"],
  "Unicode tags": ["a\u{e0001}\u{e0048}\u{e0049}b", "ab"],
  "NUL, DEL and C1": ["a\x00b\x7fc\x85d", "abcd"],
  "an OSC that never ends, up to its line's end": ["a\x1b]0;title\nb", "a\nb"],
  "an escape inside an escape": ["a\x1b\x1b[31mb", "ab"],
  "a lone surrogate": ["a\ud800b", "a\ufffdb"],
};

for (const [name, [raw, shown]] of Object.entries(sequences)) {
  Deno.test(`sanitize() removes ${name}`, () => assertEquals(sanitize(raw), shown));
}

Deno.test("sanitize() keeps text, tabs, lines, emoji and joiners as they are", () => {
  const text = "if (a < b) {\n\treturn `é漢字`;\n}\n👨‍👩‍👧 🍎 שלום [31m";
  assertEquals(sanitize(text), text);
});

Deno.test("sanitize() lets nothing through that a terminal obeys", () => {
  fc.assert(fc.property(hostile, (text) => !forbidden.test(sanitize(text))), { numRuns: 2_000 });
});

Deno.test("Sanitizer gives the same text wherever the pieces are cut", () => {
  fc.assert(
    fc.property(hostile, fc.array(fc.nat(40), { maxLength: 6 }), (text, cuts) => {
      const sanitizer = new Sanitizer();
      const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((end, i) => text.slice(places[i], end));
      assertEquals(pieces.map((piece) => sanitizer.push(piece)).join(""), sanitize(text));
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("Sanitizer holds back no more than half a character", () => {
  const sanitizer = new Sanitizer();
  assertEquals(sanitizer.push("a\ud83c"), "a");
  assertEquals(sanitizer.push("\udf4eb"), "🍎b");
});

Deno.test("Sanitizer holds half a character back, however often it has been called and whatever the piece is cut from", () => {
  const text = "`code` 👩‍👩‍👧";
  const cut = text.length - 1;
  for (let i = 0; i < 50_000; i++) { // what is called often is compiled, and then goes wrong
    const sanitizer = new Sanitizer();
    assertEquals(sanitizer.push(text.slice(0, cut)) + sanitizer.push(text.slice(cut)), text);
  }
});

Deno.test("sanitizeLine() makes one line of it", () => {
  assertEquals(sanitizeLine(" a\n\x1b[31mb\tc\u2028d "), "a b c d");
});

Deno.test("escapeJson() leaves nothing to act on, and the value as it is [security 10]", () => {
  const value = { "\u009bkey": "\u001b[2J \u009d52;c;eA\u009c \u202e abc \u{e0041} \ud83d \u{1f600} é\n\t" };
  const escaped = escapeJson(JSON.stringify(value, null, 2));
  assertEquals(sanitize(escaped), escaped);
  assertEquals(JSON.parse(escaped), value);
  assertEquals(escaped.includes("\u{1f600} é"), true);
});
