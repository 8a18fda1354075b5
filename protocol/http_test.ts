import { assert, assertEquals, assertLess } from "@std/assert";
import { CreateSessionBody } from "./http.ts";
import { MAX_METADATA_KEYS, MAX_METADATA_LENGTH } from "./limits.ts";

/** What is said against a body, or nothing. */
function faultOf(body: unknown): string | undefined {
  return CreateSessionBody.safeParse(body).error?.issues[0]?.message;
}

Deno.test("metadata is bounded in its keys and in its length", () => {
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`k${i}`, i]));
  assertEquals(faultOf({ metadata: keys(MAX_METADATA_KEYS) }), undefined);
  assertEquals(faultOf({ metadata: keys(MAX_METADATA_KEYS + 1) }), "holds 100 keys at most");
  const text = (length: number) => ({ k: "x".repeat(length - '{"k":""}'.length) });
  assertEquals(faultOf({ metadata: text(MAX_METADATA_LENGTH) }), undefined);
  assertEquals(faultOf({ metadata: text(MAX_METADATA_LENGTH + 1) }), "is 65536 characters of JSON at most");
});

Deno.test("too many messages are refused before any of them is looked at", () => {
  let looked = 0;
  const message = {
    role: "user",
    get content() {
      looked++;
      return "hello";
    },
  };
  const of = (count: number) => CreateSessionBody.safeParse({ messages: Array.from({ length: count }, () => message) });
  assert(of(10).success);
  assertLess(0, looked);
  looked = 0;
  assert(!of(10_001).success);
  assertEquals(looked, 0);
});
