/** Profiles as files of the user's own: `profiles/NAME.json` beside the config file, each an object of plain values. */
import { join } from "node:path";
import { CliError, ExitCode } from "../exit.ts";
import { nearest } from "../program/nearest.ts";
import { ensurePrivateDir, type Paths } from "../paths.ts";
import { changeJsonFile, readJsonFile } from "../json/json_file.ts";
import { parseProfile, type Profile } from "./profile.ts";
import { listProfileNames, PROFILE_SUFFIX, profilesFolder } from "./profile_names.ts";

export function profilePath(paths: Paths, name: string): string {
  return join(profilesFolder(paths), name + PROFILE_SUFFIX);
}

/** `null` when there is none of this name. @throws {CliError} when its file is no profile */
export async function readProfile(paths: Paths, name: string): Promise<Profile | null> {
  const path = profilePath(paths, name);
  const document = await readJsonFile(path, "remove it and save the profile again");
  return document && parseProfile(document, path);
}

/** @throws {CliError} naming the nearest profile, when there is none of this name */
export async function requireProfile(paths: Paths, name: string): Promise<Profile> {
  return await readProfile(paths, name) ?? await refuse(paths, name);
}

/** @returns whether it replaces one of the same name */
export async function writeProfile(paths: Paths, name: string, profile: Profile): Promise<boolean> {
  const isKnown = (await listProfileNames(paths)).includes(name);
  await ensurePrivateDir(paths.home);
  await ensurePrivateDir(profilesFolder(paths));
  await changeJsonFile(profilePath(paths, name), () => ({ ...profile }));
  return isKnown;
}

/** @throws {CliError} naming the nearest profile, when there is none of this name */
export async function deleteProfile(paths: Paths, name: string): Promise<void> {
  try {
    await Deno.remove(profilePath(paths, name));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    await refuse(paths, name);
  }
}

async function refuse(paths: Paths, name: string): Promise<never> {
  const names = await listProfileNames(paths);
  const meant = nearest(name, names);
  const hint = meant
    ? `did you mean ${meant}?`
    : names.length > 0
    ? `there are ${names.join(", ")}`
    : `save one with "opta env save ${name}"`;
  throw new CliError(`There is no profile ${JSON.stringify(name)}: ${hint}`, ExitCode.usage);
}
