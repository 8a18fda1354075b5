/** Takes every setting that this release knows out of the config file. What else is in it stays, and so does a copy of the whole. */
import { changeDocumentBy, type Document, locateConfig, readDocument, sectionOf, valueAt } from "./config_document.ts";
import { configFields, isToolKey } from "./config_keys.ts";
import type { Paths } from "../paths.ts";
import { readPrivateFile, writePrivateFile } from "../private_file.ts";

/** The keys that a reset would take out of the file. */
export async function resettableKeys(paths: Paths): Promise<string[]> {
  const document = await readDocument(paths);
  const rules = Object.keys(sectionOf(document, "permissions")).map((rule) => `permissions.${rule}`).filter(isToolKey);
  return [...Object.keys(configFields), ...rules].filter((key) => valueAt(document, key) !== undefined);
}

/** @returns where the config is as it was before */
export async function resetConfig(paths: Paths): Promise<string> {
  const keys = await resettableKeys(paths);
  const file = await locateConfig(paths);
  const backup = `${file}.bak`;
  await writePrivateFile(backup, await readPrivateFile(file) ?? "{}\n");
  await changeDocumentBy(paths, (document) => without(document, keys));
  return backup;
}

/** Sections that nothing is left of go as well. */
function without(document: Document, keys: readonly string[]): Document {
  return Object.fromEntries(
    Object.entries(document).flatMap(([section, value]) => {
      if (sectionOf(document, section) !== value) return [[section, value]];
      const before = Object.entries(sectionOf(document, section));
      const rest = before.filter(([name]) => !keys.includes(`${section}.${name}`));
      return rest.length === 0 && before.length > 0 ? [] : [[section, Object.fromEntries(rest)]];
    }),
  );
}
