import { assertEquals } from "@std/assert";
import { loadConfig } from "./config.ts";
import { resolvePaths } from "../paths.ts";
import { resetConfig, resettableKeys } from "./reset_config.ts";

Deno.test("resetConfig() takes out what this release knows, keeps the rest with its comments, and leaves a backup", async () => {
  const home = await Deno.makeTempDir();
  const paths = resolvePaths({ OPTA_HOME: home });
  const text = `{
  // where the models are
  "connection": {
    "host": "mac",
    "ssh": { "user": "me" } // of an earlier release
  },
  "model": { "default": "qwen" },
  "permissions": { "run_command: git *": "allow" },
  "profiles": { "active": "studio" }
}
`;
  await Deno.writeTextFile(paths.configFile, text);
  assertEquals(await resettableKeys(paths), ["connection.host", "model.default", "permissions.run_command: git *"]);
  const backup = await resetConfig(paths);
  assertEquals(
    await Deno.readTextFile(paths.configFile),
    text.replace(`    "host": "mac",\n`, "").replace(/ {2}"model"[^]*?"profiles"/, `  "profiles"`),
  );
  assertEquals([backup, await Deno.readTextFile(backup)], [`${paths.configFile}.bak`, text]);
  assertEquals((await Deno.stat(backup)).mode! & 0o777, 0o600);
  assertEquals(await resettableKeys(paths), []);
  await Deno.writeTextFile(paths.configFile, "{}");
  assertEquals(await loadConfig(paths, {}), {});
  await Deno.remove(home, { recursive: true });
});
