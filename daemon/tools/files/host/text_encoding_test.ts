import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { decodeText, encodeText } from "./text_encoding.ts";

const encodings = fc.constantFrom("utf-8", "utf-8-bom", "utf-16le", "utf-16be") as fc.Arbitrary<"utf-8">;
const anyText = fc.string({ unit: "binary" }).filter((text) => text.isWellFormed() && !/[\0\ufeff]/.test(text));

Deno.test("what is decoded is encoded to the same bytes", () => {
  fc.assert(fc.property(fc.uint8Array(), encodings, (bytes, encoding) => {
    const marked = new Uint8Array([...encodeText({ text: "", encoding }), ...bytes]);
    const decoded = decodeText(marked);
    if (decoded) assertEquals(encodeText(decoded), marked);
  }));
});

Deno.test("what is encoded is decoded to the same text, and UTF-16 is that of the platform", () => {
  fc.assert(fc.property(anyText, encodings, (text, encoding) => {
    assertEquals(decodeText(encodeText({ text, encoding })), { text, encoding });
  }));
  assertEquals(encodeText({ text: "a€", encoding: "utf-16le" }), new Uint8Array([0xff, 0xfe, 0x61, 0, 0xac, 0x20]));
  assertEquals(encodeText({ text: "a€", encoding: "utf-16be" }), new Uint8Array([0xfe, 0xff, 0, 0x61, 0x20, 0xac]));
});

Deno.test("what is no text is no text", () => {
  for (
    const bytes of [[0x61, 0], [0xc3], [0xe9, 0x61], [0xff, 0xfe, 0x61], [0xff, 0xfe, 0, 0xd8], [0xff, 0xfe, 0, 0]]
  ) {
    assertEquals(decodeText(new Uint8Array(bytes)), null);
  }
});
