import { MAX_FRAME_BYTES } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { readFrame } from "./read_frame.ts";

Deno.test("readFrame() says of every input what it is, and never throws", () => {
  const kinds = new Set(["message", "bad", "close"]);
  const almost = fc.record({
    type: fc.constantFrom("hello", "unsubscribe", "turn.submit", "permission.resolve", "turn.cancel", "x", 1, null),
    sessionId: fc.oneof(fc.string(), fc.jsonValue()),
    requestId: fc.oneof(fc.string(), fc.jsonValue()),
    afterSeq: fc.oneof(fc.integer(), fc.jsonValue()),
    __proto__: fc.jsonValue(),
  }, { requiredKeys: [] });
  const input = fc.oneof(fc.string(), fc.json(), almost.map((value) => JSON.stringify(value)), fc.uint8Array());
  fc.assert(fc.property(input, (data) => kinds.has(readFrame(data).kind)), { numRuns: 2_000 });
});

Deno.test("readFrame() gives back what could be read of a bad message, cut to a bounded length", () => {
  const long = "x".repeat(10_000);
  const reading = readFrame(JSON.stringify({ type: long, requestId: long }));
  if (reading.kind !== "bad") throw new Error(reading.kind);
  assertEquals([reading.action.length, reading.requestId?.length], [200, 200]);
});

Deno.test("readFrame() counts bytes, not characters", () => {
  assertEquals(readFrame(`"${"x".repeat(MAX_FRAME_BYTES - 2)}"`).kind, "bad");
  assertEquals(readFrame(`"${"x".repeat(MAX_FRAME_BYTES - 1)}"`).kind, "close");
  assertEquals(readFrame(`"${"é".repeat(MAX_FRAME_BYTES / 2 - 1)}"`).kind, "bad");
  assertEquals(readFrame(`"${"é".repeat(MAX_FRAME_BYTES / 2)}"`).kind, "close");
});
