/**
 * The settings in force: the environment before the active profile before the config file. Keys are dotted names; in the
 * file they are nested, as earlier releases wrote them.
 */
import type { z } from "zod";
import { changeDocument, type Document, locateConfig, readDocument, sectionOf, valueAt } from "./config_document.ts";
import { configFields, fieldOf, isToolKey, parseValue } from "./config_keys.ts";
import type { CliError } from "../exit.ts";
import type { Env, Paths } from "../paths.ts";
import { type ActiveProfile, readActiveProfile } from "../profiles/active_profile.ts";
import { namesServer, valueIn } from "../profiles/profile.ts";

type Fields = typeof configFields;

/** Values in force, by key; a key that nobody has set is absent. */
export type Config = { [K in keyof Fields]?: z.output<Fields[K]["schema"]> };

/** One value in force and where it comes from: `file`, `profile NAME`, `project FILE`, or the name of a variable. */
export interface ConfigEntry {
  key: string;
  value: string | number;
  source: string;
  /** Only of what a project wants without being trusted. */
  inForce?: false;
}

/** @throws {CliError} also when the active profile cannot be read: its server must not be swapped for another in silence */
export async function loadConfig(paths: Paths, env: Env): Promise<Config> {
  return configOf(await listConfig(paths, env));
}

/** The values alone. */
export function configOf(entries: readonly ConfigEntry[]): Config {
  return Object.fromEntries(entries.filter(({ inForce }) => inForce !== false).map(({ key, value }) => [key, value]));
}

/**
 * The same with their sources, and with the permissions of tools.
 *
 * @param onBrokenProfile takes the failure to read the active profile, which then counts for nothing
 */
export async function listConfig(
  paths: Paths,
  env: Env,
  onBrokenProfile?: (problem: CliError) => void,
): Promise<ConfigEntry[]> {
  const [document, file] = [await readDocument(paths), await locateConfig(paths)];
  const active = await readActiveProfile(paths, document, onBrokenProfile);
  const entries: ConfigEntry[] = [];
  for (const key of [...Object.keys(configFields), ...toolKeys(document)]) {
    const entry = overridden(key, env) ?? profiled(key, active) ?? stored(key, document, active, file);
    if (entry) entries.push(entry);
  }
  return entries;
}

/** @returns the value as it is stored */
export async function setConfig(paths: Paths, key: string, text: string): Promise<string | number> {
  const value = parseValue(key, text, key);
  await changeDocument(paths, key, value);
  return value;
}

/** @returns whether the file had the key */
export async function deleteConfig(paths: Paths, key: string): Promise<boolean> {
  fieldOf(key);
  if (valueAt(await readDocument(paths), key) === undefined) return false;
  await changeDocument(paths, key, undefined);
  return true;
}

function overridden(key: string, env: Env): ConfigEntry | null {
  const variable = fieldOf(key).env;
  const text = variable && env[variable];
  return variable && text ? { key, value: parseValue(key, text, variable), source: variable } : null;
}

function profiled(key: string, active: ActiveProfile | null): ConfigEntry | null {
  const value = active && valueIn(active.profile, key);
  return active && value != null ? { key, value, source: `profile ${active.name}` } : null;
}

function stored(key: string, document: Document, active: ActiveProfile | null, file: string): ConfigEntry | null {
  // A URL says more than a host, so that of the file would win over the host of the profile.
  if (key === "connection.baseUrl" && active && namesServer(active.profile)) return null;
  const value = valueAt(document, key);
  if (value === undefined) return null;
  return { key, value: parseValue(key, value, `${key} in ${file}`), source: "file" };
}

function toolKeys(document: Document): string[] {
  return Object.keys(sectionOf(document, "permissions")).map((tool) => `permissions.${tool}`).filter(isToolKey);
}
