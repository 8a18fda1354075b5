import { assertEquals } from "@std/assert";
import { meets } from "./figure.ts";

Deno.test("meets() compares with the target", () => {
  assertEquals(meets({ opta: 0.8, direct: 0.5, target: { kind: "atMost", value: 0.8 } }), true);
  assertEquals(meets({ opta: 0.81, direct: 0.5, target: { kind: "atMost", value: 0.8 } }), false);
  assertEquals(meets({ opta: 59_999, direct: null, target: { kind: "atLeast", value: 60_000 } }), false);
  assertEquals(meets({ opta: 60_000, direct: null, target: { kind: "atLeast", value: 60_000 } }), true);
});

Deno.test("meets() takes nearness to direct where the target allows it", () => {
  const target = { kind: "atMost", value: 0.8, orRatio: 1.3 } as const;
  assertEquals(meets({ opta: 1.3, direct: 1, target }), true);
  assertEquals(meets({ opta: 1.31, direct: 1, target }), false);
  assertEquals(meets({ opta: 1.2, direct: null, target }), false);
});

Deno.test("meets() compares with direct alone where that is the target", () => {
  const target = { kind: "atMostRatio", ratio: 1.25 } as const;
  assertEquals(meets({ opta: 1.25, direct: 1, target }), true);
  assertEquals(meets({ opta: 1.26, direct: 1, target }), false);
});

Deno.test("meets() says nothing of a row without a target, and no to a number that is none", () => {
  assertEquals(meets({ opta: 1, direct: 1, target: null }), null);
  assertEquals(meets({ opta: NaN, direct: 1, target: { kind: "atMost", value: 1 } }), false);
});
