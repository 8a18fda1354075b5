/** Keys of the config file that this release does not know: those of other releases, which are kept, and typing errors. Pure. */
import { type Document, sectionOf } from "./config_document.ts";
import { configFields, isToolKey } from "./config_keys.ts";
import { nearest } from "./nearest.ts";

export interface UnknownKey {
  key: string;
  /** A setting that may be meant. */
  meant: string | null;
}

/** Written by `opta env`, and by earlier releases, which kept profiles within the config. */
const others: ReadonlySet<string> = new Set(["profiles.active", "profiles.environments"]);

export function unknownKeys(document: Document): UnknownKey[] {
  const known = Object.keys(configFields);
  return Object.keys(document).flatMap((section) => {
    const names = Object.keys(sectionOf(document, section));
    const keys = names.length === 0 && sectionOf(document, section) !== document[section]
      ? [section]
      : names.map((name) => `${section}.${name}`);
    return keys.filter((key) => !known.includes(key) && !isToolKey(key) && !others.has(key))
      .map((key) => ({ key, meant: nearest(key, known) }));
  });
}
