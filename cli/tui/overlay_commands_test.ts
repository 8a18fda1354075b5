import { assert, assertEquals } from "@std/assert";
import { commands } from "../chat/slash_command.ts";
import { overlayNames } from "./overlay.ts";
import { overlayCommands, overlayFor, ownCommands } from "./overlay_commands.ts";
import { overlays } from "./overlays/registry.ts";

Deno.test("overlayFor() is for a command without an argument, and for nothing else", () => {
  assertEquals(overlayFor("/model"), "models");
  assertEquals(overlayFor(" /settings \n"), "settings");
  for (const text of ["/model qwen3", "//model", "model", "/toString", "/nothing", "a /model"]) {
    assertEquals(overlayFor(text), null, text);
  }
});

Deno.test("each overlay has a command and can be loaded, and each command of its own says what it does", async () => {
  const named = new Set(Object.values(overlayCommands).map(({ overlay }) => overlay));
  assertEquals([...named].toSorted(), [...overlayNames].toSorted());
  for (const name of overlayNames) assert(await overlays[name]?.());
  const own = Object.keys(overlayCommands).filter((name) => !Object.hasOwn(commands, name));
  assertEquals(ownCommands.map(([name]) => name), ["history", ...own]);
});
