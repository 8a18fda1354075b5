/**
 * A profile: settings of one model server and how to talk to it, under a name. It holds no secrets: keys have settings and
 * variables of their own. Pure; where profiles are kept is `profile_files.ts`.
 */
import { parseValue } from "../config/config_keys.ts";
import { CliError, ExitCode } from "../exit.ts";
import { nearest } from "../program/nearest.ts";
import { isProfileName } from "./profile_names.ts";

/** What a profile may say, and the setting that it stands for. */
export const profileFields = {
  host: "connection.host",
  port: "connection.port",
  baseUrl: "connection.baseUrl",
  provider: "provider.active",
  model: "model.default",
  mode: "turn.mode",
} as const;

export type ProfileField = keyof typeof profileFields;

/** What it leaves out comes from the config file. */
export type Profile = { [K in ProfileField]?: string | number };

/** Names that mean having no profile. */
export const NO_PROFILE: readonly string[] = ["none", "default"];

/** In lower case, as earlier releases wrote them: on some disks `Studio` and `studio` are one file. */
export function readProfileName(text: string): string {
  const name = text.trim().toLowerCase();
  const shown = JSON.stringify(text);
  if (!isProfileName(name)) {
    throw new CliError(
      `A profile cannot be called ${shown}: its name has letters, digits and . _ - only, and 64 at most`,
      ExitCode.usage,
    );
  }
  return name;
}

/** A profile as it stands in a file. @throws {CliError} that says what is wrong with it, and names the nearest key */
export function parseProfile(document: Record<string, unknown>, path: string): Profile {
  const unknown = Object.keys(document).find((key) => !isField(key));
  if (unknown !== undefined) {
    throw new CliError(`Unknown key ${JSON.stringify(unknown)} in ${path}: ${hintFor(unknown)}`);
  }
  const values = Object.entries(document).map(([field, value]) => [
    field,
    parseValue(profileFields[field as ProfileField], value, `${field} in ${path}`),
  ]);
  return Object.fromEntries(values);
}

/** The value of a setting; `null` when the profile leaves it out. */
export function valueIn(profile: Profile, key: string): string | number | null {
  const field = fields().find((field) => profileFields[field] === key);
  return (field && profile[field]) ?? null;
}

/** Whether it says which server to use, and by another word than a URL. */
export function namesServer({ host, port, baseUrl }: Profile): boolean {
  return baseUrl === undefined && (host !== undefined || port !== undefined);
}

export function fields(): ProfileField[] {
  return Object.keys(profileFields) as ProfileField[];
}

function hintFor(key: string): string {
  if (/key|token|secret|password/i.test(key)) return "secrets are not kept in profiles; see opta config list";
  const meant = nearest(key, fields());
  return meant ? `did you mean ${meant}?` : `a profile may have ${fields().join(", ")}`;
}

function isField(key: string): key is ProfileField {
  return Object.hasOwn(profileFields, key);
}
