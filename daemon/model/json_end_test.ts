import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { JsonEnd } from "./json_end.ts";

function isWhole(...pieces: string[]): boolean {
  const end = new JsonEnd();
  for (const piece of pieces) end.push(piece);
  return end.isWhole;
}

Deno.test("JsonEnd tells a whole object from every beginning of it", () => {
  fc.assert(fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
    const text = JSON.stringify(object);
    for (let at = 0; at < text.length; at++) assertEquals(isWhole(text.slice(0, at)), false, text.slice(0, at));
    assertEquals(isWhole(...text), true);
    assertEquals(isWhole(` ${text}\n`), true);
  }));
});

Deno.test("JsonEnd takes nothing but an object for whole", () => {
  for (const text of ["", " ", "7", '"{}"', "null", "[{}]", '{"a":"}', '{"a":"\\"}']) {
    assertEquals(isWhole(text), false, text);
  }
});

Deno.test("JsonEnd knows whether anything has begun", () => {
  const end = new JsonEnd();
  end.push(" \n");
  assertEquals(end.hasBegun, false);
  end.push("{");
  assertEquals(end.hasBegun, true);
});
