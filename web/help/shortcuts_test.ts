import { assertEquals } from "@std/assert";
import { type KeyPress, shortcutOf } from "./shortcuts.ts";

const press = (key: string, held: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...held,
});

Deno.test("shortcutOf() takes single letters only where nothing is written, and not when they are switched off", () => {
  assertEquals(shortcutOf(press("j"), false, true), "next");
  assertEquals(shortcutOf(press("G", { shiftKey: true }), false, true), "last");
  assertEquals([shortcutOf(press("j"), true, true), shortcutOf(press("j"), false, false)], [null, null]);
  assertEquals(shortcutOf(press("constructor"), false, true), null);
});

Deno.test("shortcutOf() takes chords everywhere, and leaves those of the browser alone", () => {
  assertEquals(shortcutOf(press("k", { ctrlKey: true }), true, false), "switch");
  assertEquals(shortcutOf(press("f", { metaKey: true }), true, false), "find");
  assertEquals(shortcutOf(press("p", { altKey: true }), true, false), "ask");
  assertEquals(shortcutOf(press("k", { ctrlKey: true, shiftKey: true }), true, true), null);
  assertEquals(shortcutOf(press("n", { ctrlKey: true }), false, true), null);
  assertEquals(shortcutOf(press("Escape"), true, false), "escape");
});
