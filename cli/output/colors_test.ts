import { assertEquals } from "@std/assert";
import { colorsFor } from "./colors.ts";

const colored = (isTerminal: boolean, env: Record<string, string>) => colorsFor(isTerminal, env).red("x") !== "x";

Deno.test("colorsFor() colours a terminal alone", () => {
  assertEquals(colorsFor(true, {}).red("x"), "\x1b[31mx\x1b[39m");
  assertEquals(colorsFor(false, {}).red("x"), "x");
});

Deno.test("colorsFor() respects NO_COLOR, FORCE_COLOR, CI and TERM", () => {
  assertEquals(colored(true, { NO_COLOR: "1" }), false);
  assertEquals(colored(true, { NO_COLOR: "" }), true);
  assertEquals(colored(false, { FORCE_COLOR: "1" }), true);
  assertEquals(colored(true, { FORCE_COLOR: "0" }), false);
  assertEquals(colored(true, { FORCE_COLOR: "1", NO_COLOR: "1" }), false);
  assertEquals(colored(true, { CI: "true" }), false);
  assertEquals(colored(true, { CI: "true", FORCE_COLOR: "1" }), true);
  assertEquals(colored(true, { TERM: "dumb" }), false);
});

Deno.test("colorsFor() writes no codes around nothing", () => assertEquals(colorsFor(true, {}).dim(""), ""));
