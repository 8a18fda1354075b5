import { MAX_JSON_DEPTH, MAX_JSON_VALUES, OptaError } from "@opta/protocol";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { readJson } from "./read_json.ts";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

Deno.test("readJson() parses whatever JSON.stringify() writes", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
    const text = JSON.stringify(value);
    assertEquals(JSON.stringify(readJson(text)), text);
  }));
});

Deno.test("readJson() refuses nesting beyond the limit, and takes the limit itself", () => {
  assertEquals(JSON.stringify(readJson(nested(MAX_JSON_DEPTH))), nested(MAX_JSON_DEPTH));
  const error = assertThrows(() => readJson(nested(MAX_JSON_DEPTH + 1)), OptaError);
  assertEquals(error.code, "invalid_request");
  assertStringIncludes(error.message, "nested");
  assertThrows(() => readJson('{"a":'.repeat(100_000)), OptaError, "nested");
});

Deno.test("readJson() counts no brackets inside strings, however they are escaped", () => {
  fc.assert(fc.property(fc.string(), fc.nat(4), (text, backslashes) => {
    const value = [text + "\\".repeat(backslashes) + '"' + "[{".repeat(MAX_JSON_DEPTH)];
    assertEquals(readJson(JSON.stringify(value)), value);
  }));
});

Deno.test("readJson() refuses more values than the limit, and takes the limit itself", () => {
  const members = (count: number) => `{${Array.from({ length: count }, (_, i) => `"k${i}":"a,b"`).join(",")}}`;
  const limit = MAX_JSON_VALUES - 1; // the object itself is one more
  assertEquals(Object.keys(readJson(members(limit)) as object).length, limit);
  assertThrows(() => readJson(members(limit + 1)), OptaError, "values");
  assertThrows(() => readJson("{},".repeat(1_000_000)), OptaError, "values");
});

Deno.test("readJson() refuses what is no JSON with a code", () => {
  for (const text of ["", "{", '{"a":1,}', '"', '"\\"', "]", "NaN"]) {
    assertEquals(assertThrows(() => readJson(text), OptaError).code, "invalid_request");
  }
});
