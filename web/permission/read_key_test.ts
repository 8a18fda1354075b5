import { assertEquals } from "@std/assert";
import { readKey } from "./read_key.ts";

const key = (key: string, held = {}) => readKey({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });

Deno.test("readKey() names letters, Enter and Escape, and leaves the rest to the browser", () => {
  assertEquals([key("y"), key("Y"), key("é")], [
    { name: "text", text: "y" },
    { name: "text", text: "Y" },
    { name: "text", text: "é" },
  ]);
  assertEquals([key("Enter"), key("Escape")], [{ name: "enter" }, { name: "escape" }]);
  assertEquals(["Tab", "ArrowDown", "Shift", "F5", "Dead"].map((name) => key(name)), [null, null, null, null, null]);
});

Deno.test("readKey() takes no key that is held together with Ctrl, Alt or the command key for an answer", () => {
  assertEquals(["ctrlKey", "altKey", "metaKey"].map((held) => key("y", { [held]: true })), [null, null, null]);
});
