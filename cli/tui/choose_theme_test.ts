import { assertEquals } from "@std/assert";
import { chooseTheme } from "./choose_theme.ts";

Deno.test("chooseTheme() has NO_COLOR win, then the setting, then what the terminal says of its background", () => {
  assertEquals(chooseTheme("light", { NO_COLOR: "1" }), "none");
  assertEquals(chooseTheme("light", { TERM: "dumb" }), "none");
  assertEquals(chooseTheme("light", { COLORFGBG: "15;0" }), "light");
  assertEquals(chooseTheme(undefined, { COLORFGBG: "0;15" }), "light");
  assertEquals(chooseTheme(undefined, { COLORFGBG: "0;default;7" }), "light");
  assertEquals(chooseTheme(undefined, { COLORFGBG: "15;0" }), "dark");
  assertEquals(chooseTheme(undefined, {}), "dark");
  assertEquals(chooseTheme(undefined, { NO_COLOR: "" }), "dark");
});
