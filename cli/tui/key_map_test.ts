import { assertEquals } from "@std/assert";
import { actionOf, keyLabels, keyMap, keyRows, type Scope, scopeTitles } from "./key_map.ts";

Deno.test("actionOf() says what a key does in a place; text does nothing by itself", () => {
  assertEquals(actionOf("app", { name: "showDetails" }), "details");
  assertEquals(actionOf("list", { name: "showDetails" }), null);
  assertEquals(actionOf("app", { name: "text", text: "escape" }), null);
});

Deno.test("every place has a title, and every key in it a name and what it does", () => {
  assertEquals(Object.keys(scopeTitles), Object.keys(keyMap));
  for (const scope of Object.keys(keyMap) as Scope[]) {
    for (const [keys, what] of keyRows(scope)) assertEquals([keys === "", what === ""], [false, false]);
  }
  const labels = Object.values(keyLabels);
  assertEquals(new Set(labels).size, labels.length);
});
