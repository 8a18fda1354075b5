/** Which profile is active: its name stands in the config file, so that switching is one write. */
import { changeDocument, type Document, readDocument, valueAt } from "../config/config_document.ts";
import { CliError } from "../exit.ts";
import type { Paths } from "../paths.ts";
import { type Profile, readProfileName } from "./profile.ts";
import { profilePath, readProfile } from "./profile_files.ts";

const KEY = "profiles.active";

export interface ActiveProfile {
  name: string;
  profile: Profile;
}

/** `null` when none is. */
export async function activeProfileName(paths: Paths, document?: Document): Promise<string | null> {
  const name = valueAt(document ?? await readDocument(paths), KEY);
  if (name === undefined) return null;
  if (typeof name === "string") return readProfileName(name);
  throw new CliError(`${KEY} in the config file is no name of a profile. ${WAY_OUT}`);
}

/** @param name `null` for none */
export async function setActiveProfile(paths: Paths, name: string | null): Promise<void> {
  await changeDocument(paths, KEY, name ?? undefined);
}

/**
 * The active profile; `null` when none is.
 *
 * @param onBroken takes the failure to read it, which otherwise is thrown; then there is none, either
 * @throws {CliError}
 */
export async function readActiveProfile(
  paths: Paths,
  document: Document,
  onBroken?: (problem: CliError) => void,
): Promise<ActiveProfile | null> {
  try {
    const name = await activeProfileName(paths, document);
    return name === null ? null : { name, profile: await readProfile(paths, name) ?? gone(paths, name) };
  } catch (error) {
    if (!onBroken || !(error instanceof CliError)) throw error;
    onBroken(error);
    return null;
  }
}

const WAY_OUT = 'Choose another with "opta env use NAME", or none with "opta env use none"';

function gone(paths: Paths, name: string): never {
  throw new CliError(`The active profile ${name} is gone: there is no ${profilePath(paths, name)}. ${WAY_OUT}`);
}
