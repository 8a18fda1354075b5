import { RULES_FILE } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { setConfig } from "../config/config.ts";
import { resolvePaths } from "../paths.ts";
import { publishRules } from "./rules_file.ts";

Deno.test("publishRules() leaves the rules of the config, however many commands change them at once", async () => {
  const home = await Deno.makeTempDir();
  const paths = resolvePaths({ OPTA_HOME: home });
  const change = async (decision: string) => {
    await setConfig(paths, "permissions.edit_file", decision);
    await publishRules(paths, {});
  };
  for (let i = 0; i < 30; i++) {
    await Promise.all(["allow", "ask", "deny", "ask", "allow", "deny"].map(change));
    const { permissions } = JSON.parse(await Deno.readTextFile(paths.configFile));
    assertEquals(JSON.parse(await Deno.readTextFile(join(paths.stateDir, RULES_FILE))), permissions);
  }
  await Deno.remove(home, { recursive: true });
});
