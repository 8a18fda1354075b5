/**
 * The config file as it is stored: sections of named values, in `config.json`, or in `config.jsonc` when the user has that
 * instead. What is in it from other releases is kept, and so is what people have written beside the values.
 */
import type { JsonObject } from "../json/edit_json.ts";
import { CliError } from "../exit.ts";
import { changeJsonFile, readJsonFile } from "../json/json_file.ts";
import { ensurePrivateDir, lstatOrNull, type Paths } from "../paths.ts";

export type Document = JsonObject;

/** Where the config is, or would be. @throws {CliError} when there are two */
export async function locateConfig({ configFile }: Paths): Promise<string> {
  const withComments = `${configFile}c`;
  const [plain, commented] = await Promise.all([lstatOrNull(configFile), lstatOrNull(withComments)]);
  if (!commented) return configFile;
  if (!plain) return withComments;
  throw new CliError(
    `There are two config files, ${configFile} and ${withComments}, and nobody can tell which one counts. Remove one of them`,
  );
}

export async function readDocument(paths: Paths): Promise<Document> {
  return await readJsonFile(await locateConfig(paths)) ?? {};
}

/** Sets one value, `section.name`; `undefined` takes it away. */
export async function changeDocument(paths: Paths, key: string, value: unknown): Promise<void> {
  await changeDocumentBy(paths, (document) => withValue(document, key, value));
}

export async function changeDocumentBy(paths: Paths, change: (document: Document) => Document): Promise<void> {
  await ensurePrivateDir(paths.home);
  await changeJsonFile(await locateConfig(paths), change);
}

/** The document with one value more, another, or one less. @throws {CliError} rather than replace what is no section */
function withValue(document: Document, key: string, value: unknown): Document {
  const [section, name] = splitKey(key);
  const before = document[section];
  if (before !== undefined && sectionOf(document, section) !== before) {
    throw new CliError(`Cannot change ${key}: "${section}" in the config file is no object of settings. Mend it first`);
  }
  const { [name]: _, ...rest } = sectionOf(document, section);
  return { ...document, [section]: value === undefined ? rest : { ...rest, [name]: value } };
}

export function valueAt(document: Document, key: string): unknown {
  const [section, name] = splitKey(key);
  const values = sectionOf(document, section);
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

export function sectionOf(document: Document, section: string): Document {
  const value = document[section];
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value as Document : {};
}

function splitKey(key: string): [section: string, name: string] {
  const dot = key.indexOf(".");
  return [key.slice(0, dot), key.slice(dot + 1)];
}
