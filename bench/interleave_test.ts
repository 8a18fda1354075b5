import { assertEquals } from "@std/assert";
import { interleave } from "./interleave.ts";

Deno.test("interleave() takes the sides in turn and keeps the rounds of each apart", async () => {
  const order: string[] = [];
  const side = (name: string, values: number[]) => () => {
    order.push(name);
    return Promise.resolve({ p50: values.shift() ?? NaN });
  };
  const { direct, opta } = await interleave(3, { direct: side("direct", [1, 9, 2]), opta: side("opta", [4, 5, 6]) });
  assertEquals(order, ["direct", "opta", "direct", "opta", "direct", "opta"]);
  assertEquals(direct.all("p50"), [1, 9, 2]);
  assertEquals(direct.median("p50"), 2);
  assertEquals(opta.median("p50"), 5);
});

Deno.test("interleave() passes a failure on", async () => {
  const failure = await interleave(1, { opta: () => Promise.reject(new Error("gone")) }).catch((error) => error);
  assertEquals(failure.message, "gone");
});
