import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Key, KeyName } from "../../chat/keys.ts";
import { type Action, initialOverlay, type Listed, type OverlayState, pressOverlay } from "./list_overlay_state.ts";

interface Item {
  id: string;
  isFixed?: boolean;
}

const action = (key: string, more: Partial<Action<Item>> = {}): Action<Item> => ({
  ...{ key, label: key, doing: "", run: () => Promise.resolve("stay") },
  ...more,
});
const enter = action("");
const rename = action("r", { asks: ({ id }) => ({ label: "title", text: id, choices: ["one", "two"] }) });
const remove = action("d", { confirms: ({ id }) => `Delete ${id}?`, isFor: ({ isFixed }) => !isFixed });
const listed: Listed<Item> = {
  items: [{ id: "a" }, { id: "b", isFixed: true }],
  ...{ enter, actions: [rename, remove], canFilter: true, pageRows: 5 },
};

const text = (text: string): Key => ({ name: "text", text });
const keyOf = (key: KeyName | Key): Key => typeof key === "string" ? { name: key } : key;

function walk(...keys: (KeyName | Key)[]) {
  let state = initialOverlay<Item>();
  const effects: string[] = [];
  for (const key of keys) {
    const pressed = pressOverlay(state, keyOf(key), true, listed);
    state = pressed.state;
    const { effect } = pressed;
    if (effect.kind === "run") effects.push(`${effect.action.key || "enter"} ${effect.item.id} ${effect.text}`.trim());
    else if (effect.kind === "close") effects.push("close");
  }
  return { state, effects };
}

Deno.test("Enter takes the chosen item, letters search, Escape clears the search and then closes", () => {
  assertEquals(walk("down", "enter").effects, ["enter b"]);
  const searching = walk(text("q"));
  assertEquals([searching.state.list.filter.text, searching.effects], ["q", []]);
  assertEquals(walk(text("q"), "escape").effects, []);
  assertEquals(walk(text("q"), "escape", "escape").effects, ["close"]);
});

Deno.test("what can be done is in a menu: no letter of a search does harm", () => {
  assertEquals(walk(text("d"), text("y")).effects, []);
  assertEquals(walk("tab", text("x"), text("d")).effects, []);
  assertEquals(walk("tab", text("d")).state.mode.kind, "confirm");
  assertEquals(walk("down", "tab", text("d")).state.mode.kind, "list"); // not for this one
});

Deno.test("deleting is confirmed with y and nothing else, and not by what was typed ahead", () => {
  assertEquals(walk("tab", text("d"), text("y")).effects, ["d a"]);
  for (const key of ["enter", "escape", text("n"), text("yy")] as const) {
    const { state, effects } = walk("tab", text("d"), key);
    assertEquals([effects, state.mode.kind], [[], "list"]);
  }
  const { state } = walk("tab", text("d"));
  assertEquals(pressOverlay(state, text("y"), false, listed).effect.kind, "none");
});

Deno.test("a text is asked for, begins as it is, can be chosen by arrows, and stays for another try", () => {
  const asked = walk("tab", text("r"), text("!"), "enter");
  assertEquals([asked.effects, asked.state.mode.kind], [["r a a!"], "ask"]);
  assertEquals(walk("tab", text("r"), "down", "down", "enter").effects, ["r a two"]);
  assertEquals(walk("tab", text("r"), "up", "up", "enter").effects, ["r a two"]);
  assertEquals(walk("tab", text("r"), "escape").state.mode.kind, "list");
});

Deno.test("q closes where nothing is searched", () => {
  const { effect } = pressOverlay(initialOverlay<Item>(), text("q"), true, { ...listed, canFilter: false });
  assertEquals(effect.kind, "close");
});

Deno.test("nothing is deleted but by a y of its own that answers the question", () => {
  const keys = fc.constantFrom<KeyName | Key>("tab", "enter", "escape", "down", text("d"), text("y"), text("r"));
  fc.assert(fc.property(fc.array(fc.tuple(keys, fc.boolean()), { maxLength: 30 }), (presses) => {
    let state: OverlayState<Item> = initialOverlay();
    for (const [key, isAlone] of presses) {
      const { mode } = state;
      const { state: next, effect } = pressOverlay(state, keyOf(key), isAlone, listed);
      state = next;
      if (effect.kind !== "run" || effect.action !== remove) continue;
      assert(isAlone && mode.kind === "confirm" && mode.action === remove);
      assertEquals(keyOf(key), text("y"));
    }
  }));
});
