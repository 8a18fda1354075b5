import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { loadConfig, setConfig } from "../../config/config.ts";
import { type Env, resolvePaths } from "../../paths.ts";
import { until } from "../testing/until.ts";
import { OverlayTest } from "../testing/overlay_context.ts";
import { modesOverlay } from "./modes.ts";
import { settingsOverlay } from "./settings.ts";
import { themeOverlay } from "./theme.ts";

async function withHome(work: (env: Env & { OPTA_HOME: string }) => Promise<void>): Promise<void> {
  const OPTA_HOME = await Deno.makeTempDir();
  try {
    await work({ OPTA_HOME });
  } finally {
    await Deno.remove(OPTA_HOME, { recursive: true });
  }
}

const configOf = (env: Env) => loadConfig(resolvePaths(env), {});

Deno.test("settings are listed with their values and where these come from; secrets are not shown", () =>
  withHome(async (env) => {
    await setConfig(resolvePaths(env), "connection.apiKey", "geheim");
    await setConfig(resolvePaths(env), "permissions.run_command: git *", "allow");
    using test = new OverlayTest(settingsOverlay, { env: { ...env, OPTA_PORT: "4321" } });
    const text = await until(() => test.read(), (text) => text.includes("connection.port"));
    assertStringIncludes(text, "connection.host             not set");
    assertStringIncludes(text, "4321 (from OPTA_PORT)");
    assertStringIncludes(text, "••••••••");
    assertStringIncludes(text, "permissions.run_command: git *  allow");
    assertEquals(text.includes("geheim"), false);
  }));

Deno.test("a setting is changed in place, validated, and it is said when that takes a restart", () =>
  withHome(async (env) => {
    using test = new OverlayTest(settingsOverlay, { env });
    await until(() => test.read(), (text) => text.includes("connection.port"));
    test.press({ typed: "connection.port" }, "enter", { typed: "x" }, "enter");
    const wrong = await until(() => test.read(), (text) => text.includes("must be"));
    assertStringIncludes(wrong, "must be a whole number from 1 to 65535");
    assertStringIncludes(wrong, "connection.port: x");
    test.press("backspace", { typed: "8080" }, "enter");
    await until(() => test.read(), (text) => text.includes('takes effect after "opta daemon restart"'));
    assertEquals((await configOf(env))["connection.port"], 8080);
    test.press("tab", { typed: "u" });
    await until(() => test.read(), (text) => text.includes("connection.port             not set"));
    assertEquals(await configOf(env), {});
  }));

Deno.test("a secret is not seen while it is typed, nor filled in", () =>
  withHome(async (env) => {
    await setConfig(resolvePaths(env), "connection.apiKey", "before");
    using test = new OverlayTest(settingsOverlay, { env });
    await until(() => test.read(), (text) => text.includes("connection.apiKey"));
    test.press({ typed: "connection.apiKey" }, "enter", { typed: "geheim" });
    const text = await test.read();
    assertStringIncludes(text, "connection.apiKey: ••••••\n");
    assertEquals([text.includes("geheim"), text.includes("before")], [false, false]);
  }));

Deno.test("the theme of the settings holds at once", () =>
  withHome(async (env) => {
    using test = new OverlayTest(settingsOverlay, { env });
    await until(() => test.read(), (text) => text.includes("connection.port"));
    test.press({ typed: "tui.theme" }, "enter", "down", "down", "enter");
    await until(() => Promise.resolve(test.theme.get().name), (name) => name === "light");
    assertEquals((await configOf(env))["tui.theme"], "light");
  }));

Deno.test("a theme is tried on while it is chosen; Enter keeps it, Escape takes it back", () =>
  withHome(async (env) => {
    const tried = new OverlayTest(themeOverlay, { env });
    assertStringIncludes(await tried.read(), "Greeting with greet()");
    tried.press("up");
    assertEquals(tried.theme.get().name, "light");
    tried.press("escape");
    assert(tried.isClosed);
    tried[Symbol.dispose]();
    assertEquals([tried.theme.get().name, await configOf(env)], ["none", {}]);
    using kept = new OverlayTest(themeOverlay, { env });
    kept.press("home", "enter");
    await until(() => Promise.resolve(kept.isClosed), Boolean);
    kept.pane[Symbol.dispose]?.();
    assertEquals([kept.theme.get().name, await configOf(env)], ["dark", { "tui.theme": "dark" }]);
  }));

Deno.test("NO_COLOR has the last word: no theme can be chosen", () =>
  withHome(async (env) => {
    using test = new OverlayTest(themeOverlay, { env: { ...env, NO_COLOR: "1" } });
    test.press("home", "enter");
    assertStringIncludes(await test.read(), "NO_COLOR is set");
    assertEquals([test.theme.get().name, await configOf(env)], ["none", {}]);
  }));

Deno.test("a mode is chosen for the messages to come", async () => {
  using test = new OverlayTest(modesOverlay);
  assertStringIncludes(await test.read(), "› * chat");
  test.press("down", "down", "enter");
  await test.read();
  assertEquals([test.mode.get(), test.isClosed], ["plan", true]);
});
