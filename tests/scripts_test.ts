/**
 * Shell scripts as users of earlier releases wrote them: each must run as it is. What one checks stands in it; a script
 * that ends with 0 has found everything as it expects it.
 */
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { runScript } from "./support/run_script.ts";
import { startFakeModel } from "./support/start_fake_model.ts";

const folder = fileURLToPath(new URL("scripts/", import.meta.url));

/** What the scripts use beside what every Unix has. */
const programs = ["bash", "curl", "jq"];

/** These need more of a model server than the demo model has. */
const withModelServer: ReadonlySet<string> = new Set(["model_server.sh"]);

const scripts = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".sh")).sort();

const missing = Deno.build.os === "windows" ? ["a Unix"] : programs.filter((program) => !isInstalled(program));
if (missing.length > 0) console.warn(`The scripts are left out: ${missing.join(" and ")} is not there`);

for (const script of scripts) {
  Deno.test({
    name: `tests/scripts/${script} runs as it is`,
    ignore: missing.length > 0,
    fn: async () => {
      if (!withModelServer.has(script)) return await runScript(folder + script);
      await using fake = await startFakeModel();
      await runScript(folder + script, { OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
    },
  });
}

Deno.test("every script says who would write it, and stops at the first thing that goes wrong", async () => {
  for (const script of scripts) {
    const [shebang, who, , ...rest] = (await Deno.readTextFile(folder + script)).split("\n");
    assertEquals(shebang, "#!/usr/bin/env bash", script);
    assertEquals(/^# Somebody who(?:se)? /.test(who ?? ""), true, script);
    assertEquals(rest.some((line) => line.startsWith("fail()")), true, script);
  }
});

function isInstalled(program: string): boolean {
  const path = Deno.env.get("PATH") ?? "";
  return path.split(":").some((dir) => {
    try {
      return Deno.statSync(`${dir}/${program}`).isFile;
    } catch {
      return false;
    }
  });
}
