/**
 * The settings that a chat or a task begins with in a folder. Asks, once for each text, whether to trust a project that wants more
 * than the user's own settings allow; where nobody can be asked, says how to trust it. The daemon sees to the rules by itself.
 */
import { type Config, configOf, listConfig } from "../config.ts";
import { canAsk, isYes } from "../models/confirm.ts";
import { note } from "../output.ts";
import type { Env, Paths } from "../paths.ts";
import { sanitizeLine } from "../sanitize.ts";
import { findProject, type ProjectFile } from "./find_project.ts";
import { parseProjectConfig } from "./project_config.ts";
import { wideningOf, withProject } from "./project_entries.ts";
import { rememberTrust, trustOf } from "./trust.ts";

export interface SettingsHere {
  config: Config;
  /** What new sessions of this folder ask for: the daemon, which serves other folders too, is not told of it. */
  model?: string;
}

export interface UseProjectOptions {
  paths: Paths;
  env: Env;
  cwd?: string;
  /** Nothing is said but what somebody asked for. */
  isQuiet?: boolean;
}

/** @throws {CliError} when the project's file is refused, or sets what it must not set */
export async function useProject({ paths, env, cwd = ".", isQuiet }: UseProjectOptions): Promise<SettingsHere> {
  const entries = await listConfig(paths, env);
  const file = await findProject(cwd, paths, env);
  if (!file) return { config: configOf(entries) };
  const project = await parseProjectConfig(file);
  const widening = wideningOf(entries, project);
  const isTrusted = widening.length === 0 || await decide(paths, file, widening, isQuiet);
  const here = withProject(entries, project, { name: file.name, isTrusted });
  const model = here.find(({ key, source }) => key === "model.default" && source.startsWith("project "))?.value;
  return { config: configOf(here), ...(model !== undefined && { model: String(model) }) };
}

async function decide(paths: Paths, file: ProjectFile, widening: string[], isQuiet = false): Promise<boolean> {
  const decision = await trustOf(paths, file);
  if (decision !== null) return decision === "trusted";
  if (!canAsk()) {
    if (!isQuiet) note(`${describeWidening(file, widening)}\nThat is ignored. Trust the file with "opta config trust"`);
    return false;
  }
  note(describeWidening(file, widening));
  const isTrusted = await isYes("Trust this file as it is now?");
  await rememberTrust(paths, file, isTrusted ? "trusted" : "refused");
  return isTrusted;
}

/** Each rule on a line of its own, whatever is in it. */
export function describeWidening({ path }: Pick<ProjectFile, "path">, widening: readonly string[]): string {
  const head = `${sanitizeLine(path)} came with this folder and wants more than your own settings allow:`;
  return [head, ...widening.map((rule) => `  ${sanitizeLine(rule)}`)].join("\n");
}
