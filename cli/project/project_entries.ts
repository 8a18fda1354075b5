/**
 * The settings in force in a folder: those of the user, and over those of the config file and the profile what the project sets.
 * Of its rules, those that tighten count, and the others when it is trusted. Pure.
 */
import type { ConfigEntry } from "../config/config.ts";
import { configFields } from "../config/config_keys.ts";
import type { ProjectConfig, RuleValue } from "./project_config.ts";
import { type Rules, wideningRules, widensMode } from "./widening.ts";

const PREFIX = "permissions.";

/** The rules among the user's own settings. */
export function ownRules(entries: readonly ConfigEntry[]): Rules {
  return Object.fromEntries(
    entries.filter(({ key }) => key.startsWith(PREFIX)).map(({ key, value }) => [
      key.slice(PREFIX.length),
      value as RuleValue, // nothing else is accepted there
    ]),
  );
}

/** What would count only with the user's trust, as `key = value`. */
export function wideningOf(entries: readonly ConfigEntry[], project: ProjectConfig): string[] {
  const rules = wideningRules(project.rules, ownRules(entries)).map((rule) => `${PREFIX}${rule} = allow`);
  return widensMode(project, ownMode(entries)) ? [...rules, `turn.mode = ${project.mode}`] : rules;
}

/** @param name of the project's file, for people */
export function withProject(
  entries: readonly ConfigEntry[],
  project: ProjectConfig,
  { name, isTrusted }: { name: string; isTrusted: boolean },
): ConfigEntry[] {
  const source = `project ${name}`;
  const widening = new Set(isTrusted ? [] : wideningOf(entries, project));
  const wanted: [key: string, value: string][] = [
    ...(project.model === undefined ? [] : [["model.default", project.model] as [string, string]]),
    ...(project.mode === undefined ? [] : [["turn.mode", project.mode] as [string, string]]),
    ...Object.entries(project.rules).map(([rule, value]) => [PREFIX + rule, value] as [string, string]),
  ];
  let result = [...entries];
  const ignored: ConfigEntry[] = [];
  for (const [key, value] of wanted) {
    const own = entries.find((entry) => entry.key === key);
    if (widening.has(`${key} = ${value}`)) {
      ignored.push({ key, value, source: `${source} (not trusted)`, inForce: false });
    } else if (!own || overrides(value, own)) {
      result = [...result.filter((entry) => entry.key !== key), { key, value, source }];
    }
  }
  return [...inOrder(result), ...ignored];
}

/** The user has the last word on what is denied, and what is the same needs no other source. */
function overrides(value: string, { key, value: own, source }: ConfigEntry): boolean {
  if (!key.startsWith(PREFIX)) return source === "file" || source.startsWith("profile ");
  return own !== "deny" && own !== value;
}

function inOrder(entries: readonly ConfigEntry[]): ConfigEntry[] {
  const order = Object.keys(configFields);
  const rank = ({ key }: ConfigEntry) => order.includes(key) ? order.indexOf(key) : order.length;
  return entries.toSorted((a, b) => rank(a) - rank(b));
}

function ownMode(entries: readonly ConfigEntry[]): ProjectConfig["mode"] {
  return entries.find(({ key }) => key === "turn.mode")?.value as ProjectConfig["mode"]; // nothing else is accepted there
}
