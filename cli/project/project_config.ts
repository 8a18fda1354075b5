/**
 * What a project may set: its model, its mode and permission rules. Nothing that names a server, a key, an origin or the daemon:
 * a repository that somebody clones must not send their keys elsewhere. Pure.
 */
import { MAX_PROJECT_RULES } from "../../protocol/project.ts";
import { parseJsonc } from "@opta/protocol/jsonc";
import { type Document, sectionOf, valueAt } from "../config/config_document.ts";
import { configFields, isToolKey, parseValue } from "../config/config_keys.ts";
import { CliError } from "../exit.ts";
import { shownKey } from "../config/unknown_keys.ts";
import type { ProjectFile } from "./find_project.ts";

/** What it may set beside `permissions.TOOL`. */
const projectKeys = ["model.default", "turn.mode"] as const;

export type RuleValue = "allow" | "ask" | "deny";

export interface ProjectConfig {
  model?: string;
  mode?: NonNullable<ReturnType<typeof modeIn>>;
  /** By `tool` or `tool: pattern`. */
  rules: Readonly<Record<string, RuleValue>>;
  /** Keys that this release does not know, which do nothing. */
  unknown: readonly string[];
}

/** @throws {CliError} naming the key that a project must not set, or what is wrong with a value */
export async function parseProjectConfig({ text, path }: Pick<ProjectFile, "text" | "path">): Promise<ProjectConfig> {
  const parsed = await parseJsonc(text);
  if (!parsed.ok) throw unusable(path, `line ${parsed.line}, column ${parsed.column}: ${parsed.problem}`);
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw unusable(path, "it does not hold a JSON object");
  }
  const document = value as Document;
  const keys = keysOf(document);
  const forbidden = keys.find(isForbidden);
  if (forbidden !== undefined) {
    throw unusable(
      path,
      `a project must not set ${shownKey(forbidden)}, for that is up to you alone. It may set ${MAY_SET}`,
    );
  }
  if (document.permissions !== undefined && sectionOf(document, "permissions") !== document.permissions) {
    throw unusable(path, "permissions is no object of rules");
  }
  const rules = Object.entries(sectionOf(document, "permissions"));
  if (rules.length > MAX_PROJECT_RULES) throw unusable(path, `it has more than ${MAX_PROJECT_RULES} permission rules`);
  const bad = rules.map(([rule]) => `permissions.${rule}`).find((key) => !isToolKey(key));
  if (bad !== undefined) throw unusable(path, `"${shownKey(bad)}" is no permission rule`);
  const read = (key: string, value: unknown) => parseValue(key, value, `${shownKey(key)} in ${path}`);
  const [model, mode] = projectKeys.map((key) => valueAt(document, key));
  return {
    ...(model !== undefined && { model: String(read("model.default", model)) }),
    ...(mode !== undefined && { mode: modeIn(mode, path) }),
    rules: Object.fromEntries(rules.map(([rule, value]) => [rule, read(`permissions.${rule}`, value) as RuleValue])),
    unknown: keys.filter((key) => !isKnown(key)),
  };
}

const MAY_SET = `${projectKeys.join(", ")} and permissions.TOOL`;

/** Whole sections, so that no key of another release slips through. */
const forbiddenSections: ReadonlySet<string> = new Set([
  ...Object.keys(configFields).map((key) => key.split(".", 1)[0]!).filter((section) =>
    !/^(?:model|turn)$/.test(section)
  ),
  ...["mcp", "mcpServers", "servers", "profiles", "env", "proxy"],
]);

function isForbidden(key: string): boolean {
  if (isKnown(key)) return false;
  return Object.hasOwn(configFields, key) || forbiddenSections.has(key.split(".", 1)[0]!) ||
    /key|token|secret|password|url|host|origin|server|provider|endpoint|(?:^|\.)port$/i.test(key);
}

function isKnown(key: string): boolean {
  return projectKeys.some((known) => known === key) || /^permissions(?:\.|$)/.test(key);
}

function keysOf(document: Document): string[] {
  return Object.entries(document).flatMap(([section, value]) =>
    sectionOf(document, section) === value
      ? Object.keys(sectionOf(document, section)).map((n) => `${section}.${n}`)
      : section
  );
}

function modeIn(value: unknown, path: string) {
  parseValue("turn.mode", value, `turn.mode in ${path}`);
  return configFields["turn.mode"].schema.parse(value);
}

function unusable(path: string, problem: string): CliError {
  return new CliError(`Cannot use the settings of this project, ${path}: ${problem}`);
}
