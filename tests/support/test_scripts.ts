/**
 * The shell scripts of a folder as tests, one each. What a script checks stands in it; one that ends with 0 has found
 * everything as it expects it.
 */
import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startLmx } from "./lmx_machine.ts";
import { runScript } from "./run_script.ts";
import { type FakeModel, startFakeModel } from "./start_fake_model.ts";

/** What the scripts use beside what every Unix has. */
const programs = ["bash", "curl", "jq"];

/** These need more of a model server than the demo model has. */
const servers: Readonly<Record<string, () => Promise<FakeModel>>> = {
  "model_server.sh": () => startFakeModel(),
  "models_on_lmx.sh": () => startLmx(),
};

/** @param name a folder of tests/scripts */
export function testScripts(name: string): void {
  const folder = fileURLToPath(new URL(`../scripts/${name}/`, import.meta.url));
  const scripts = [...Deno.readDirSync(folder)].map((entry) => entry.name).sort();
  const missing = Deno.build.os === "windows" ? ["a Unix shell"] : programs.filter((program) => !isInstalled(program));
  if (missing.length > 0) console.warn(`The scripts of ${name} are left out: ${missing.join(" and ")} is not there`);

  for (const script of scripts) {
    Deno.test({
      name: `the script ${name}/${script} runs as it is`,
      ignore: missing.length > 0,
      fn: async () => {
        const start = servers[script];
        if (!start) return await runScript(folder + script);
        await using fake = await start();
        await runScript(folder + script, { OPTA_HOST: fake.host, OPTA_PORT: String(fake.port) });
      },
    });
  }

  Deno.test(`each script of ${name} says who would write it, and stops where something goes wrong`, async () => {
    for (const script of scripts) {
      const text = await Deno.readTextFile(folder + script);
      const isWhole = /^#!\/usr\/bin\/env bash\n# Somebody who(?:se)? .*\nset -e?uo pipefail\n[^]* \|\| fail "/.test(
        text,
      );
      assertEquals([script, isWhole], [script, true]);
    }
  });
}

function isInstalled(program: string): boolean {
  const path = Deno.env.get("PATH") ?? "";
  return path.split(":").some((dir) => {
    try {
      return Deno.statSync(`${dir}/${program}`).isFile;
    } catch {
      return false; // not in this folder, or no such folder
    }
  });
}
