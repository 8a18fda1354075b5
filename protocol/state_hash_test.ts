import { assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { initialState } from "./state.ts";
import { canonicalJson, hashState } from "./state_hash.ts";
import { LogWriter } from "./testing/log_writer.ts";
import { moves, play } from "./testing/moves.ts";

Deno.test("canonicalJson() does not depend on the order of keys", () => {
  const keys = fc.uniqueArray(fc.oneof(fc.string(), fc.nat().map(String)));
  fc.assert(fc.property(keys, fc.jsonValue(), (keys, value) => {
    const forward = Object.fromEntries(keys.map((key) => [key, value]));
    const backward = Object.fromEntries(keys.toReversed().map((key) => [key, value]));
    assertEquals(canonicalJson({ a: [forward] }), canonicalJson({ a: [backward] }));
  }));
});

Deno.test("canonicalJson() says the same as JSON, and different things differently", () => {
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
    const [plainA, plainB] = [a, b].map((value): unknown => JSON.parse(JSON.stringify(value)));
    assertEquals(JSON.stringify(JSON.parse(canonicalJson(a))), canonicalJson(a));
    assertEquals(JSON.parse(canonicalJson(a)), plainA);
    if (canonicalJson(a) === canonicalJson(b)) assertEquals(plainA, plainB);
  }));
});

Deno.test("canonicalJson() takes undefined for absent", () => {
  assertEquals(canonicalJson({ a: 1, b: undefined, c: { d: undefined } }), '{"a":1,"c":{}}');
});

Deno.test("hashState() is the same for a state and its copy over the wire, and another after one more event [R2]", async () => {
  const log = new LogWriter();
  const hashes = [await hashState(log.state)];
  for (const move of moves) {
    play(log, move);
    const copy = JSON.parse(JSON.stringify(log.state));
    assertEquals(await hashState(copy), await hashState(log.state));
    hashes.push(await hashState(log.state));
  }
  assertEquals(new Set(hashes).size, hashes.length);
});

Deno.test("hashState() tells sessions and epochs apart [E2]", async () => {
  const hash = await hashState(initialState("s1", "e1"));
  assertEquals(/^[0-9a-f]{64}$/.test(hash), true);
  assertNotEquals(hash, await hashState(initialState("s1", "e2")));
  assertNotEquals(hash, await hashState(initialState("s2", "e1")));
});
