/**
 * The config file: reading it together with the environment, and changing single keys. Keys are dotted names; in the
 * file they are nested, as earlier releases wrote them, and keys of other releases are kept as they are.
 */
import { z } from "zod";
import { configFields, fieldOf, isToolKey, parseValue } from "./config_keys.ts";
import { CliError } from "./exit.ts";
import type { Env, Paths } from "./paths.ts";
import { ensurePrivateDir } from "./paths.ts";
import { parseJson } from "./parse_json.ts";
import { readPrivateFile, writePrivateFile } from "./private_file.ts";

type Fields = typeof configFields;

/** Values in force, by key; a key that nobody has set is absent. */
export type Config = { [K in keyof Fields]?: z.output<Fields[K]["schema"]> };

/** One value in force and where it comes from: the file, or the name of a variable. */
export interface ConfigEntry {
  key: string;
  value: string | number;
  source: string;
}

type Document = Record<string, unknown>;

/** The values in force: the environment before the file. */
export async function loadConfig(paths: Paths, env: Env): Promise<Config> {
  return Object.fromEntries((await listConfig(paths, env)).map(({ key, value }) => [key, value]));
}

/** The same with their sources, and with the permissions of tools. */
export async function listConfig(paths: Paths, env: Env): Promise<ConfigEntry[]> {
  const document = await readDocument(paths.configFile);
  const entries: ConfigEntry[] = [];
  for (const key of [...Object.keys(configFields), ...toolKeys(document)]) {
    const variable = fieldOf(key).env;
    const override = variable && env[variable];
    if (variable && override) {
      entries.push({ key, value: parseValue(key, override, variable), source: variable });
      continue;
    }
    const stored = valueAt(document, key);
    if (stored === undefined) continue;
    entries.push({ key, value: parseValue(key, stored, `${key} in ${paths.configFile}`), source: "file" });
  }
  return entries;
}

/** @returns the value as it is stored */
export async function setConfig(paths: Paths, key: string, text: string): Promise<string | number> {
  const value = parseValue(key, text, key);
  const document = await readDocument(paths.configFile);
  const [section, name] = splitKey(key);
  await writeDocument(paths, { ...document, [section]: { ...sectionOf(document, section), [name]: value } });
  return value;
}

/** @returns whether the file had the key */
export async function deleteConfig(paths: Paths, key: string): Promise<boolean> {
  fieldOf(key);
  const document = await readDocument(paths.configFile);
  if (valueAt(document, key) === undefined) return false;
  const [section, name] = splitKey(key);
  const { [name]: _, ...rest } = sectionOf(document, section);
  await writeDocument(paths, { ...document, [section]: rest });
  return true;
}

async function readDocument(path: string): Promise<Document> {
  const text = await readPrivateFile(path);
  if (text === null) return {};
  const result = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  if (result.success) return result.data;
  throw new CliError(`Cannot read ${path}: it does not hold a JSON object. Mend it, or remove it to start afresh`);
}

async function writeDocument(paths: Paths, document: Document): Promise<void> {
  await ensurePrivateDir(paths.home);
  await writePrivateFile(paths.configFile, JSON.stringify(document, null, 2) + "\n");
}

function toolKeys(document: Document): string[] {
  return Object.keys(sectionOf(document, "permissions")).map((tool) => `permissions.${tool}`).filter(isToolKey);
}

function valueAt(document: Document, key: string): unknown {
  const [section, name] = splitKey(key);
  const values = sectionOf(document, section);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function sectionOf(document: Document, section: string): Document {
  const value = document[section];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Document : {};
}

function splitKey(key: string): [section: string, name: string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}
