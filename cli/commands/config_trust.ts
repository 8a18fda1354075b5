/** `opta config trust` and `untrust`: whether a project may allow more than the user's own settings. */
import type { Command } from "@commander-js/extra-typings";
import { showLineExactly } from "@opta/view/permission/show_exactly";
import { examples } from "../program/examples.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { trustProject, untrustProject } from "../project/trust_project.ts";
import { nameUnknown } from "../config/unknown_keys.ts";

export function defineTrust(config: Command): void {
  config.command("trust")
    .description("let the project file of a folder allow what it says, for as long as its text stays as it is")
    .argument("[path]", "a folder of the project, or its .opta/config.jsonc; else this folder")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config trust ~/projects/site"))
    .action((where, { json }) => trust(where ?? ".", json));
  config.command("untrust")
    .description("take that back")
    .argument("[path]", "a folder of the project, or its .opta/config.jsonc; else this folder")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config untrust ~/projects/site"))
    .action((where, { json }) => untrust(where ?? ".", json));
}

async function trust(where: string, json?: boolean): Promise<void> {
  const env = Deno.env.toObject();
  const { path, sha256, widening, unknown } = await trustProject(where, resolvePaths(env), env);
  if (json) return writeJson({ trusted: path, sha256, widening, unknown });
  const rules = widening.map((rule) => `  ${showLineExactly(rule)}\n`).join("");
  const what = widening.length === 0 ? "It allows nothing that your own settings do not" : "What holds now:";
  writeOut(`${showLineExactly(path)} is trusted as it is now. ${what}\n${rules}`);
  if (unknown.length > 0) {
    note(`This release does not know, and does not use: ${nameUnknown(unknown.map((key) => ({ key, meant: null })))}`);
  }
}

async function untrust(where: string, json?: boolean): Promise<void> {
  const env = Deno.env.toObject();
  const path = await untrustProject(where, resolvePaths(env), env);
  if (json) return writeJson({ untrusted: path });
  if (path === null) return note("Nothing was decided on a project file there");
  writeOut(`${showLineExactly(path)} is trusted no longer\n`);
}
