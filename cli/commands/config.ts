/** `opta config …`: shows and changes the user's settings. */
import type { Command } from "@commander-js/extra-typings";
import { showLineExactly } from "@opta/view/permission/show_exactly";
import { deleteConfig, setConfig } from "../config/config.ts";
import { locateConfig, readDocument } from "../config/config_document.ts";
import { configHelp } from "../config/config_help.ts";
import { fieldOf, isToolKey, needsRestart } from "../config/config_keys.ts";
import { examples } from "../program/examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { checkToolRule } from "../config/known_tools.ts";
import { confirm } from "../models/confirm.ts";
import { formatTable, note, writeJson, writeOut } from "../output/output.ts";
import { type Env, type Paths, resolvePaths } from "../paths.ts";
import { activeProfileName } from "../profiles/active_profile.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { listSettings } from "../project/list_settings.ts";
import { readSecret } from "../read_secret.ts";
import { resetConfig, resettableKeys } from "../config/reset_config.ts";
import { sanitizeLine } from "../output/sanitize.ts";
import { nameUnknown, unknownKeys } from "../config/unknown_keys.ts";
import { defineTrust } from "./config_trust.ts";

const KEY = 'a key of "opta config --help"';

export function defineConfig(config: Command): void {
  config.command("list")
    .description("the settings in force here and where each comes from; secrets are masked")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config list", "opta config list --json | jq -r '.[].key'"))
    .action(({ json }) => list(context(), json));
  config.command("get")
    .description("print one setting that is in force here")
    .argument("<key>", KEY)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config get model.default"))
    .action((key, { json }) => get(context(), key, json));
  config.command("set")
    .description("change one setting in the config file")
    .argument("<key>", "its name, as listed below")
    .argument("[value]", "a secret is asked for when it is left out, or is -")
    .option("--force", "also for a tool that this release does not know")
    .option(...jsonFlag)
    .addHelpText("after", `\nKeys:\n${configHelp()}\n\n${PATTERNS}`)
    .addHelpText(
      "after",
      examples(
        "opta config set connection.host 192.168.1.4",
        "opta config set connection.apiKey    # asks for it unseen; or from a pipe",
        'opta config set "permissions.run_command: git *" allow',
      ),
    )
    .action((key, value, flags) => set(context(), key, value, flags));
  config.command("delete")
    .description("remove one setting from the config file")
    .argument("<key>", KEY)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config delete connection.host"))
    .action((key, { json }) => remove(context(), key, json));
  config.command("reset")
    .description("take one setting, or all of them, out of the config file: the defaults hold again")
    .argument("[key]", "only this one; else all, after a question, with a backup beside the file")
    .option("--yes", "do not ask")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config reset turn.mode", "opta config reset --yes"))
    .action((key, { yes, json }) =>
      key === undefined ? resetAll(context(), yes, json) : resetOne(context(), key, json)
    );
  config.command("path")
    .description("print the path of the config file")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config path", "opta config path --json | jq -r .path"))
    .action(({ json }) => path(context(), json));
  defineTrust(config);
  config.addHelpText("after", `\nKeys:\n${configHelp()}\n\n${PATTERNS}`)
    .addHelpText("after", examples("opta config set connection.host 192.168.1.4", "opta config list --json"));
}

const PATTERNS = 'A rule may also be for a pattern of what the tool touches:\n"permissions.TOOL: PATTERN".';

/** In the place of a secret. */
const MASK = "********";

interface Context {
  env: Env;
  paths: Paths;
}

function context(): Context {
  const env = Deno.env.toObject();
  return { env, paths: resolvePaths(env) };
}

async function list({ env, paths }: Context, json?: boolean): Promise<void> {
  await tellUnknownKeys(paths);
  const entries = (await listSettings(paths, env, note)).map((entry) => ({
    ...entry,
    value: fieldOf(entry.key).secret ? MASK : entry.value,
  }));
  if (json) return writeJson(entries);
  if (entries.length === 0) return note('Nothing is set. Set something with "opta config set KEY VALUE"');
  const rows = entries.map(({ key, value, source }) => {
    return [
      showLineExactly(key),
      sanitizeLine(String(value)) + (source === "file" ? "" : ` (from ${source})`),
    ] as const;
  });
  writeOut(formatTable(rows));
}

async function get({ env, paths }: Context, key: string, json?: boolean): Promise<void> {
  fieldOf(key);
  const entry = (await listSettings(paths, env, note)).find((entry) => entry.key === key);
  if (!entry || entry.inForce === false) throw new CliError(`${key} is not set`);
  if (json) writeJson(entry);
  else writeOut(`${sanitizeLine(String(entry.value))}\n`); // a project may have written it
}

interface SetFlags {
  force?: true;
  json?: true;
}

async function set({ env, paths }: Context, key: string, text: string | undefined, flags: SetFlags): Promise<void> {
  const { env: variable, secret } = fieldOf(key);
  if (isToolKey(key) && !flags.force && checkToolRule(key) === "unknown") {
    note(`This release has no tool for ${key}`);
  }
  const value = await setConfig(paths, key, secret ? await secretOf(key, text) : required(text));
  if (flags.json) writeJson({ key, value: secret ? MASK : value });
  if (variable && env[variable]) note(`${variable} is set and overrides ${key}`);
  else await tellWhatOverrides(paths, env, key);
  await tellDaemon(paths, env, key);
}

function required(text?: string): string {
  if (text !== undefined) return text;
  throw new CliError("missing required argument 'value'", ExitCode.usage); // as the parser says it
}

async function secretOf(key: string, text = "-"): Promise<string> {
  if (text === "-") return await readSecret(key);
  note(`What is typed on a command line is kept in the shell's history. Next time use "opta config set ${key}"`);
  return text;
}

async function remove({ env, paths }: Context, key: string, json?: boolean): Promise<void> {
  const deleted = await deleteConfig(paths, key);
  if (json) writeJson({ key, deleted });
  if (!deleted) return note(`${key} was not in the config file`);
  await tellDaemon(paths, env, key);
}

async function resetOne({ env, paths }: Context, key: string, json?: boolean): Promise<void> {
  const isReset = await deleteConfig(paths, key);
  if (isReset) await tellDaemon(paths, env, key);
  if (json) writeJson({ reset: isReset ? [key] : [], backup: null });
  else note(isReset ? `${key} has its default again` : `${key} was not in the config file`);
}

async function resetAll({ env, paths }: Context, yes?: boolean, json?: boolean): Promise<void> {
  const keys = await resettableKeys(paths);
  if (keys.length === 0) return json ? writeJson({ reset: [], backup: null }) : note("Nothing is set");
  const what = keys.length === 1 ? keys[0] : `all ${keys.length} settings, permission rules included,`;
  if (!yes) await confirm(`Take ${what} out of ${await locateConfig(paths)}?`);
  const backup = await resetConfig(paths);
  if (json) writeJson({ reset: keys, backup });
  else writeOut(`Reset ${keys.map(showLineExactly).join(", ")}\nThe config as it was is in ${backup}\n`);
  const active = await activeProfileName(paths).catch(() => null); // one that is broken is told wherever it matters
  if (active !== null) note(`Profile ${active} is still active. Leave it with "opta env use none"`);
  if (keys.some(isToolKey)) await tellDaemon(paths, env, keys.find(isToolKey)!);
  const restarting = keys.find(needsRestart);
  if (restarting !== undefined) await tellDaemon(paths, env, restarting);
}

async function path({ paths }: Context, json?: boolean): Promise<void> {
  const file = await locateConfig(paths);
  if (json) writeJson({ path: file });
  else writeOut(`${file}\n`);
}

/** Keys of other releases are kept; a typing error looks the same. */
async function tellUnknownKeys(paths: Paths): Promise<void> {
  const unknown = unknownKeys(await readDocument(paths));
  if (unknown.length === 0) return;
  note(`The config file has keys that this release does not know, and does not use: ${nameUnknown(unknown)}`);
}

async function tellWhatOverrides(paths: Paths, env: Env, key: string): Promise<void> {
  const inForce = (await listSettings(paths, env, note)).find((entry) => entry.key === key);
  if (!inForce) return note(`The active profile names a server of its own, which overrides ${key}`);
  if (inForce.source.startsWith("profile ")) note(`The active ${inForce.source} overrides ${key}`);
}

/** A daemon reads its settings when it starts, and the permission rules whenever they change. */
async function tellDaemon(paths: Paths, env: Env, key: string): Promise<void> {
  if (key.startsWith("permissions.")) {
    const { publishRules } = await import("../daemon_control/rules_file.ts");
    return await publishRules(paths, env);
  }
  if (!needsRestart(key)) return;
  const { findDaemon } = await import("../daemon_control/find.ts"); // not needed for reading the config
  if ((await findDaemon(paths.stateDir)).kind === "absent") return;
  note('A daemon is running: this takes effect after "opta daemon restart"');
}
