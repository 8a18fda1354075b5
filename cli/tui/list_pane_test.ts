import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Key, KeyName } from "../chat/keys.ts";
import { chosenOf, describeWindow, emptyList, listRows, type ListState, pressList, windowOf } from "./list_pane.ts";

const ids = ["a", "b", "c", "d", "e"];
const items = ids.map((id) => ({ id }));
const press = (list: ListState, key: KeyName | Key, options = {}) =>
  pressList(list, typeof key === "string" ? { name: key } as Key : key, ids, options);
const walk = (...keys: KeyName[]) => keys.reduce((list, key) => press(list, key)!, emptyList()).chosenId;

Deno.test("pressList() chooses with arrows, pages and ends, and stops at both ends", () => {
  assertEquals(walk("down"), "b");
  assertEquals(walk("up"), "a");
  assertEquals(walk("end"), "e");
  assertEquals(walk("end", "down"), "e");
  assertEquals(walk("end", "home"), "a");
  assertEquals(press(emptyList(), "pageDown", { pageRows: 3 })?.chosenId, "d");
});

Deno.test("pressList() searches by what is typed, and then chooses what fits best", () => {
  const typed = press(emptyList("c"), { name: "text", text: "x" })!;
  assertEquals([typed.filter.text, typed.chosenId], ["x", null]);
  assertEquals(press(typed, "backspace")?.filter.text, "");
  assertEquals(press({ ...typed, chosenId: "d" }, "escape"), emptyList("d"));
  assertEquals(press(emptyList(), "escape"), null);
});

Deno.test("pressList() leaves letters alone where nothing is searched", () => {
  assertEquals(press(emptyList(), { name: "text", text: "q" }, { canFilter: false }), null);
});

Deno.test("the choice stays on its item while others come and go, and falls to the first when it has gone", () => {
  const list = emptyList("c");
  assertEquals(chosenOf(list, [{ id: "new" }, ...items])?.id, "c");
  assertEquals(chosenOf(list, [{ id: "x" }, { id: "y" }])?.id, "x");
  assertEquals(chosenOf(list, []), null);
});

Deno.test("an empty list takes keys and chooses nothing", () => {
  for (const name of ["up", "down", "pageDown", "home", "end"] as const) {
    assertEquals(pressList(emptyList(), { name }, [])?.chosenId, null);
  }
  assertEquals(listRows(emptyList(), [], 5, () => []), []);
});

Deno.test("windowOf() shows the chosen one, fills its rows, and never goes beyond the ends", () => {
  fc.assert(fc.property(fc.nat(200), fc.nat(200), fc.integer({ min: 1, max: 40 }), (count, chosen, rows) => {
    if (count === 0) return assertEquals(windowOf(0, 0, rows), { from: 0, to: 0 });
    const at = chosen % count;
    const { from, to } = windowOf(count, at, rows);
    assert(from <= at && at < to && from >= 0 && to <= count);
    assertEquals(to - from, Math.min(rows, count));
  }));
});

Deno.test("describeWindow() says where the choice is in a list that is not seen as a whole", () => {
  assertEquals([describeWindow(emptyList("c"), ids, 3), describeWindow(emptyList("c"), ids, 5)], ["3 of 5", ""]);
});
