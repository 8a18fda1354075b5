/**
 * Hands the permission rules of the config to the daemon: as a file of its folder, which it reads again when it changes. A rule
 * that is set while a daemon runs holds from the next tool call on.
 */
import { RULES_FILE, type RulesFile } from "@opta/protocol";
import { join } from "node:path";
import { listConfig } from "../config/config.ts";
import { ensureFolders, type Env, type Paths } from "../paths.ts";
import { writePrivateFile } from "../private_file.ts";

const PREFIX = "permissions.";

export async function publishRules(paths: Paths, env: Env): Promise<void> {
  await ensureFolders(paths);
  let written = "";
  // Again when another command has changed them meanwhile: it may have been before us.
  for (let text = await rulesText(paths, env); text !== written; text = await rulesText(paths, env)) {
    await writePrivateFile(join(paths.stateDir, RULES_FILE), text);
    written = text;
  }
}

async function rulesText(paths: Paths, env: Env): Promise<string> {
  const rules = (await listConfig(paths, env)).flatMap(({ key, value }) =>
    key.startsWith(PREFIX) ? [[key.slice(PREFIX.length), value]] : []
  );
  const file: RulesFile = Object.fromEntries(rules);
  return JSON.stringify(file, null, 2) + "\n";
}
