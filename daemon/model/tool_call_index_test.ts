import { assertEquals } from "@std/assert";
import { ToolCallIndex } from "./tool_call_index.ts";

/** The calls to which these deltas belong. */
function place(...deltas: [index: number | null, id: string | null][]): number[] {
  const calls = new ToolCallIndex();
  return deltas.map(([index, id]) => calls.place({ index, id }));
}

Deno.test("ToolCallIndex follows index and id, whichever the server gives [lmx 13, 14, 15]", () => {
  assertEquals(
    place([0, "a"], [0, null], [1, "b"], [1, null], [0, null]),
    [0, 0, 1, 1, 0],
    "id in the first delta only",
  );
  assertEquals(place([0, null], [0, null], [1, null]), [0, 0, 1], "no id at all");
  assertEquals(place([0, null], [0, "a"], [0, null]), [0, 0, 0], "id comes late");
  assertEquals(place([null, "a"], [null, null], [null, "b"], [null, null]), [0, 0, 1, 1], "no index");
  assertEquals(place([null, null], [null, null]), [0, 0], "neither");
  assertEquals(place([0, "a"], [0, "a"], [1, "b"], [0, "a"]), [0, 0, 1, 0], "id in each delta");
});

Deno.test("ToolCallIndex counts from 0 and tells calls apart that share an index [lmx 16, 17, 18]", () => {
  assertEquals(place([1, "a"], [1, null], [2, "b"]), [0, 0, 1], "first index is 1");
  assertEquals(place([0, "a"], [0, null], [0, "b"], [0, null]), [0, 0, 1, 1], "one index for two calls");
});
