import { assertEquals, assertStringIncludes } from "@std/assert";
import { commands } from "../../chat/slash_command.ts";
import { keyMap, keyRows, type Scope } from "../key_map.ts";
import { OverlayTest } from "../testing/overlay_context.ts";
import { helpOverlay, keysOverlay } from "./help.ts";

const whole = { columns: 100, rows: 120 };

Deno.test("the help has every command, and the keys are a Tab away", async () => {
  using test = new OverlayTest(helpOverlay);
  const text = await test.read(whole);
  for (const [name, { summary }] of Object.entries(commands)) assertStringIncludes(text, `/${name}`, summary);
  assertStringIncludes(text, "/processes");
  test.press("tab");
  assertEquals(test.shown, ["keys"]);
});

Deno.test("the keys are all that the table has, and those that answer a request for permission", async () => {
  using test = new OverlayTest(keysOverlay);
  const text = await test.read(whole);
  for (const scope of Object.keys(keyMap) as Scope[]) {
    for (const [, what] of keyRows(scope)) assertStringIncludes(text, what);
  }
  assertStringIncludes(text, "always in this folder");
  assertStringIncludes(text, "1 to 9");
});

Deno.test("a text is scrolled as a pager does it, and q closes", async () => {
  using test = new OverlayTest(keysOverlay);
  const top = await test.read();
  test.press({ typed: "j" });
  assertStringIncludes(await test.read(), "line 2 of");
  test.press({ typed: "G" });
  assertStringIncludes(await test.read(), "search");
  test.press({ typed: "g" });
  assertEquals(await test.read(), top);
  test.press({ typed: " b" });
  assertEquals(await test.read(), top);
  test.press({ typed: "q" });
  assertEquals(test.isClosed, true);
});
