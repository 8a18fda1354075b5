import { assertEquals } from "@std/assert";
import { ToolCallIndex } from "./tool_call_index.ts";

type Delta = [index: number | null, id: string | null, name?: string | null, text?: string];

function placeAll(deltas: Delta[]) {
  const calls = new ToolCallIndex();
  return deltas.map(([index, id, name = null, text = ""]) => calls.place({ index, id, name, arguments: text }));
}

/** The calls to which these deltas belong. */
function place(...deltas: Delta[]): number[] {
  return placeAll(deltas).map(({ index }) => index);
}

Deno.test("ToolCallIndex follows index and id, whichever the server gives [lmx 13, 14, 15]", () => {
  assertEquals(
    place([0, "a", "f"], [0, null], [1, "b", "f"], [1, null], [0, null]),
    [0, 0, 1, 1, 0],
    "id in the first delta only",
  );
  assertEquals(place([0, null, "f"], [0, null], [1, null, "g"]), [0, 0, 1], "no id at all");
  assertEquals(place([0, null], [0, "a"], [0, null]), [0, 0, 0], "id comes late");
  assertEquals(place([null, "a", "f"], [null, null], [null, "b", "f"], [null, null]), [0, 0, 1, 1], "no index");
  assertEquals(place([null, null, "f"], [null, null]), [0, 0], "neither");
  assertEquals(place([0, "a", "f"], [0, "a", "f"], [1, "b", "f"], [0, "a", "f"]), [0, 0, 1, 0], "both in each delta");
});

Deno.test("ToolCallIndex counts from 0 and tells calls apart that share an index [lmx 16, 17, 18]", () => {
  assertEquals(place([1, "a", "f"], [1, null], [2, "b", "f"]), [0, 0, 1], "first index is 1");
  assertEquals(place([0, "a", "f"], [0, null], [0, "b", "f"], [0, null]), [0, 0, 1, 1], "one index for two calls");
  assertEquals(place([0, "a", "f", "{}"], [0, "b"], [0, null, "g"]), [0, 1, 1], "a name that comes after its id");
});

Deno.test("ToolCallIndex tells calls apart by name and whole arguments where ids do not [lmx 13, 15, 16]", () => {
  assertEquals(place([null, null, "f"], [null, null, null, "{}"], [null, null, "g", "{}"]), [0, 0, 1], "another name");
  assertEquals(place([0, null, "f", "{}"], [0, null, "f", "{}"]), [0, 1], "the same tool again");
  assertEquals(place([0, null, "f", '{"a":'], [0, null, "f", "1}"]), [0, 0], "the name in each delta");
  assertEquals(place([0, null, "f", '{"a":'], [0, null, "g", "{}"]), [0, 1], "another name in the middle of one");
  assertEquals(place([0, "a", "f", '{"a":'], [0, "b", null, "1"], [0, "c", null, "}"]), [0, 0, 0], "an id a delta");
});

Deno.test("ToolCallIndex tells the id and the name of a call once", () => {
  assertEquals(placeAll([[0, "a", "f"], [0, "a", "f"], [0, "b", "g"]]), [
    { index: 0, id: "a", name: "f" },
    { index: 0, id: null, name: null },
    { index: 1, id: "b", name: "g" },
  ]);
  assertEquals(
    placeAll([[0, "a", "get_"], [0, null, "time"], [0, null, "get_time", "{}"]]).map((
      { index, name },
    ) => [index, name]),
    [[0, "get_"], [0, "time"], [0, null]],
    "a name in pieces",
  );
  assertEquals(placeAll([[0, null], [0, "a", "f"]])[1], { index: 0, id: "a", name: "f" }, "late");
});

Deno.test("ToolCallIndex says whether the arguments of all calls are whole [lmx 7]", () => {
  const calls = new ToolCallIndex();
  const push = (index: number, name: string | null, text: string) =>
    calls.place({ index, id: null, name, arguments: text });
  push(0, "f", "");
  assertEquals(calls.areWhole, true, "a call without arguments");
  push(0, null, '{"a":');
  push(1, "g", "{}");
  assertEquals(calls.areWhole, false);
  push(0, null, "1}");
  assertEquals(calls.areWhole, true);
});
