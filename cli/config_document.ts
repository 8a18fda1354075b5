/** `config.json` as it is stored: sections of named values. What is in it from other releases is kept. */
import { z } from "zod";
import { CliError } from "./exit.ts";
import { ensurePrivateDir, type Paths } from "./paths.ts";
import { parseJson } from "./parse_json.ts";
import { readPrivateFile, writePrivateFile } from "./private_file.ts";

export type Document = Record<string, unknown>;

export async function readDocument({ configFile }: Paths): Promise<Document> {
  const text = await readPrivateFile(configFile);
  if (text === null) return {};
  const result = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
  if (result.success) return result.data;
  throw new CliError(
    `Cannot read ${configFile}: it does not hold a JSON object. Mend it, or remove it to start afresh`,
  );
}

/** Sets one value, `section.name`; `undefined` takes it away. */
export async function changeDocument(paths: Paths, key: string, value: unknown): Promise<void> {
  const document = await readDocument(paths);
  const [section, name] = splitKey(key);
  const { [name]: _, ...rest } = sectionOf(document, section);
  const changed = { ...document, [section]: value === undefined ? rest : { ...rest, [name]: value } };
  await ensurePrivateDir(paths.home);
  await writePrivateFile(paths.configFile, JSON.stringify(changed, null, 2) + "\n");
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
