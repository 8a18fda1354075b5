/** Keys of the config file that this release does not know: those of other releases, which are kept, and typing errors. Pure. */
import { showLineExactly } from "@opta/view/permission/show_exactly";
import { type Document, sectionOf } from "./config_document.ts";
import { configFields, isToolKey } from "./config_keys.ts";
import { nearest } from "../program/nearest.ts";

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

/** More of them are counted. */
const MAX_NAMED = 10;

/** `a, b (did you mean c?) and 3 more`, for people, whatever is in the file. */
export function nameUnknown(unknown: readonly UnknownKey[]): string {
  const named = unknown.slice(0, MAX_NAMED).map(({ key, meant }) =>
    shownKey(key) + (meant === null ? "" : ` (did you mean ${meant}?)`)
  );
  const more = unknown.length > named.length ? ` and ${unknown.length - named.length} more` : "";
  return named.join(", ") + more;
}

/** Longest key that is shown in full: no setting has a name like that. */
const MAX_SHOWN = 100;

/** A key that somebody else may have written, as part of a message. */
export function shownKey(key: string): string {
  const shown = showLineExactly(key);
  return shown.length <= MAX_SHOWN ? shown : `${shown.slice(0, MAX_SHOWN)}…`;
}
