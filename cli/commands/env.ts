/** `opta env …`: named profiles of a model server and how to talk to it. What they are is in `profiles/`. */
import type { Command } from "@commander-js/extra-typings";
import { type ConfigEntry, listConfig } from "../config/config.ts";
import { fieldOf } from "../config/config_keys.ts";
import { examples } from "../program/examples.ts";
import { CliError, ExitCode } from "../exit.ts";
import { jsonFlag } from "../program/json_flag.ts";
import { nearest } from "../program/nearest.ts";
import { formatTable, note, writeJson, writeOut } from "../output/output.ts";
import { type Env, type Paths, resolvePaths } from "../paths.ts";
import { activeProfileName, setActiveProfile } from "../profiles/active_profile.ts";
import { describeProfile } from "../profiles/describe_profile.ts";
import { fields, NO_PROFILE, type Profile, profileFields, readProfileName } from "../profiles/profile.ts";
import { deleteProfile, profilePath, readProfile, requireProfile, writeProfile } from "../profiles/profile_files.ts";
import { type ProfileFlags, profileInForce, withFlags } from "../profiles/profile_in_force.ts";
import { listProfileNames } from "../profiles/profile_names.ts";
import { sanitizeLine } from "../output/sanitize.ts";

export function defineEnv(env: Command): void {
  env.usage("[command]")
    .helpCommand(true)
    .argument("[words...]", "none: the profiles are listed")
    .action((words) => words.length === 0 ? list(context()) : refuse(words[0]!, env.commands.map((sub) => sub.name())));
  env.addHelpText("after", examples("opta env save studio --host 192.168.1.4", "opta env use studio", "opta env"));
  env.command("save").alias("set")
    .description("save the settings in force under a name, changed by these flags")
    .argument("<name>", "of the profile")
    .option("--host <host>", "the model server's host")
    .option("--port <port>", "its port")
    .option("--base-url <url>", "the model server as a URL, in place of host and port")
    .option("--device <host[:port]>", "the same as --host and --port")
    .option("-m, --model <name>", "the model to ask for")
    .option("--provider <name>", "auto, lmx, openai, anthropic or demo")
    .option("--mode <mode>", "what chat and do ask for: chat, do, plan, review or research")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta env save studio --host 192.168.1.4 --port 1234 --model qwen3 --mode plan"))
    .action((name, { json, ...flags }) => save(context(), name, flags, json));
  env.command("use").alias("switch")
    .description("go over to a profile; none goes back to the config file alone")
    .argument("<name>", "of the profile")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta env use studio && opta daemon restart", "opta env use none"))
    .action((name, { json }) => use(context(), name, json));
  env.command("list").alias("ls")
    .description("the profiles, the active one marked with a star")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta env list --json | jq -r .current"))
    .action(({ json }) => list(context(), json));
  env.command("show").alias("current")
    .description("what a profile says; without a name, the active one")
    .argument("[name]", "of the profile")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta env show studio"))
    .action((name, { json }) => show(context(), name, json));
  env.command("delete").alias("rm")
    .description("delete a profile")
    .argument("<name>", "of the profile")
    .option(...jsonFlag)
    .addHelpText("after", examples("opta env delete studio"))
    .action((name, { json }) => remove(context(), name, json));
}

interface Context {
  env: Env;
  paths: Paths;
}

function context(): Context {
  const env = Deno.env.toObject();
  return { env, paths: resolvePaths(env) };
}

async function save(context: Context, text: string, flags: ProfileFlags, json?: boolean): Promise<void> {
  const { paths } = context;
  const name = readNewName(text);
  const profile = withFlags(profileInForce(await entriesInForce(context)), flags);
  const replaced = await writeProfile(paths, name, profile);
  if (json) return writeJson({ saved: name, replaced, path: profilePath(paths, name), profile: { name, ...profile } });
  writeOut(`${replaced ? "Changed" : "Saved"} profile ${name}: ${describeProfile(profile)}\n`);
  if (await activeName(paths) !== name) return note(`Go over to it with "opta env use ${name}"`);
  await tellAboutDaemon(context);
}

async function use(context: Context, text: string, json?: boolean): Promise<void> {
  const { paths, env } = context;
  if (NO_PROFILE.includes(text.trim().toLowerCase())) return await useNone(context, json);
  const name = readProfileName(text);
  const profile = await requireProfile(paths, name);
  await setActiveProfile(paths, name);
  if (json) writeJson({ active: name, profile: { name, ...profile } });
  else writeOut(`Profile ${name} is active: ${describeProfile(profile)}\n`);
  for (const field of fields()) {
    const variable = fieldOf(profileFields[field]).env;
    if (profile[field] !== undefined && variable && env[variable]) {
      note(`${variable} is set and overrides the ${field} of the profile`);
    }
  }
  await tellAboutDaemon(context);
}

async function useNone(context: Context, json?: boolean): Promise<void> {
  await setActiveProfile(context.paths, null);
  const profile = profileInForce(await entriesInForce(context));
  if (json) writeJson({ active: null, inForce: profile });
  else writeOut(`No profile is active. In force: ${describeProfile(profile)}\n`);
  await tellAboutDaemon(context);
}

async function list({ paths }: Context, json?: boolean): Promise<void> {
  const current = await activeName(paths);
  const found = await Promise.all((await listProfileNames(paths)).map((name) => look(paths, name)));
  const profiles = found.map(({ name, ...rest }) => ({ name, active: name === current, ...rest }));
  if (json) return writeJson({ current, profiles });
  if (found.length === 0) note('There are no profiles. Save one with "opta env save NAME"');
  const rows = found.map(({ name, problem, ...profile }) =>
    [`${name === current ? "*" : " "} ${name}`, problem ? sanitizeLine(problem) : describeProfile(profile)] as const
  );
  writeOut(formatTable(rows));
  if (current !== null && !profiles.some(({ active }) => active)) {
    note(`The active profile ${current} is gone. Choose another with "opta env use NAME", or "opta env use none"`);
  }
}

/** A profile that cannot be read stands in the list with the reason. */
async function look(paths: Paths, name: string): Promise<Profile & { name: string; problem?: string }> {
  try {
    return { name, ...await readProfile(paths, name) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { name, problem: error.message };
  }
}

async function show({ paths }: Context, text: string | undefined, json?: boolean): Promise<void> {
  const current = await activeName(paths);
  if (text === undefined && current === null) {
    throw new CliError('No profile is active. Name one of "opta env list"');
  }
  const name = text === undefined ? current! : readProfileName(text);
  const profile = await requireProfile(paths, name);
  if (json) return writeJson({ current, profile: { name, ...profile } });
  const rows = fields().flatMap((field) =>
    profile[field] === undefined ? [] : [[field, sanitizeLine(String(profile[field]))] as const]
  );
  writeOut(formatTable([["name", name === current ? `${name} (active)` : name], ...rows]));
}

async function remove(context: Context, text: string, json?: boolean): Promise<void> {
  const { paths } = context;
  const name = readProfileName(text);
  const wasActive = await activeName(paths) === name;
  await deleteProfile(paths, name);
  if (wasActive) await setActiveProfile(paths, null);
  if (json) writeJson({ deleted: name, current: await activeName(paths) });
  else writeOut(`Deleted profile ${name}\n`);
  if (!wasActive) return;
  note(`It was the active one. In force now: ${describeProfile(profileInForce(await entriesInForce(context)))}`);
  await tellAboutDaemon(context);
}

/** Whoever looks after profiles must not be stopped by one that is broken. */
async function entriesInForce({ paths, env }: Context): Promise<ConfigEntry[]> {
  return await listConfig(paths, env, ({ message }) => note(message));
}

async function activeName(paths: Paths): Promise<string | null> {
  try {
    return await activeProfileName(paths);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    note(error.message);
    return null;
  }
}

function readNewName(text: string): string {
  const name = readProfileName(text);
  if (!NO_PROFILE.includes(name)) return name;
  throw new CliError(`A profile cannot be called ${name}: "opta env use ${name}" means having none`, ExitCode.usage);
}

/** A daemon reads its settings when it starts; it is not stopped for this, for turns may run in it. */
async function tellAboutDaemon({ paths, env }: Context): Promise<void> {
  const { differsFromDaemon } = await import("../profiles/differs_from_daemon.ts"); // not needed for looking at profiles
  if (await differsFromDaemon(paths, env)) {
    note('A daemon is running with other settings: these take effect after "opta daemon restart"');
  }
}

function refuse(word: string, names: string[]): never {
  const meant = nearest(word, names);
  const hint = meant ? `did you mean ${meant}?` : `there are ${names.join(", ")}`;
  throw new CliError(`There is no command env ${word}: ${hint}`, ExitCode.usage);
}
