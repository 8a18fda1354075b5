/** `opta config …`: shows and changes the user's settings. */
import type { Command } from "@commander-js/extra-typings";
import { deleteConfig, listConfig, setConfig } from "../config.ts";
import { configFields, fieldOf, needsRestart } from "../config_keys.ts";
import { examples } from "../examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { formatTable, note, writeJson, writeOut } from "../output.ts";
import { type Env, type Paths, resolvePaths } from "../paths.ts";
import { readSecret } from "../read_secret.ts";
import { sanitizeLine } from "../sanitize.ts";

const KEY = 'a key of "opta config --help"';
const jsonFlag = ["--json", "print one JSON document on standard output"] as const;

export function defineConfig(config: Command): void {
  config.command("list")
    .description("the settings in force and where each comes from; secrets are masked")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config list", "opta config list --json | jq -r '.[].key'"))
    .action(({ json }) => list(context(), json));
  config.command("get")
    .description("print one setting that is in force")
    .argument("<key>", KEY)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config get model.default"))
    .action((key, { json }) => get(context(), key, json));
  config.command("set")
    .description("change one setting in the config file")
    .argument("<key>", KEY)
    .argument("[value]", "a secret is asked for when it is left out, or is -")
    .option(...jsonFlag)
    .addHelpText(
      "after",
      examples(
        "opta config set connection.host 192.168.1.4",
        "opta config set connection.apiKey    # asks for it unseen; or from a pipe",
        'opta config set "permissions.run_command: git *" allow',
      ),
    )
    .action((key, value, { json }) => set(context(), key, value, json));
  config.command("delete")
    .description("remove one setting from the config file")
    .argument("<key>", KEY)
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config delete connection.host"))
    .action((key, { json }) => remove(context(), key, json));
  config.command("path")
    .description("print the path of the config file")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta config path", "opta config path --json | jq -r .path"))
    .action(({ json }) => path(context(), json));
  config.addHelpText(
    "after",
    `
Keys:
${Object.keys(configFields).map((key) => `  ${key}`).join("\n")}
  permissions.TOOL, or "permissions.TOOL: PATTERN"`,
  ).addHelpText(
    "after",
    examples("opta config set connection.host 192.168.1.4", "opta config list --json"),
  );
}

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
  const entries = (await listConfig(paths, env, tellBrokenProfile)).map(({ key, value, source }) => ({
    key,
    value: fieldOf(key).secret ? MASK : value,
    source,
  }));
  if (json) return writeJson(entries);
  if (entries.length === 0) return note('Nothing is set. Set something with "opta config set KEY VALUE"');
  const rows = entries.map(({ key, value, source }) => {
    return [key, sanitizeLine(String(value)) + (source === "file" ? "" : ` (from ${source})`)] as const;
  });
  writeOut(formatTable(rows));
}

async function get({ env, paths }: Context, key: string, json?: boolean): Promise<void> {
  fieldOf(key);
  const entry = (await listConfig(paths, env, tellBrokenProfile)).find((entry) => entry.key === key);
  if (!entry) throw new CliError(`${key} is not set`);
  if (json) writeJson(entry);
  else writeOut(`${entry.value}\n`);
}

async function set({ env, paths }: Context, key: string, text?: string, json?: boolean): Promise<void> {
  const { env: variable, secret } = fieldOf(key);
  const value = await setConfig(paths, key, secret ? await secretOf(key, text) : required(text));
  if (json) writeJson({ key, value: secret ? MASK : value });
  if (variable && env[variable]) note(`${variable} is set and overrides ${key}`);
  else await tellAboutProfile(paths, env, key);
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

function path({ paths }: Context, json?: boolean): void {
  if (json) writeJson({ path: paths.configFile });
  else writeOut(`${paths.configFile}\n`);
}

async function tellAboutProfile(paths: Paths, env: Env, key: string): Promise<void> {
  const inForce = (await listConfig(paths, env, tellBrokenProfile)).find((entry) => entry.key === key);
  if (!inForce) return note(`The active profile names a server of its own, which overrides ${key}`);
  if (inForce.source.startsWith("profile ")) note(`The active ${inForce.source} overrides ${key}`);
}

/** Looking at settings and mending them must work whatever has become of the profile. */
function tellBrokenProfile({ message }: CliError): void {
  note(message);
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
