/** The settings in force in a folder, for looking at them: what is wrong with a project's file is told, and stops nobody. */
import { type ConfigEntry, listConfig } from "../config.ts";
import { CliError } from "../exit.ts";
import { note } from "../output.ts";
import type { Env, Paths } from "../paths.ts";
import { findProject } from "./find_project.ts";
import { parseProjectConfig } from "./project_config.ts";
import { withProject } from "./project_entries.ts";
import { trustOf } from "./trust.ts";

export async function listSettings(
  paths: Paths,
  env: Env,
  onBroken: (problem: CliError) => void,
): Promise<ConfigEntry[]> {
  const entries = await listConfig(paths, env, onBroken);
  try {
    const file = await findProject(".", paths, env);
    if (!file) return entries;
    const project = await parseProjectConfig(file);
    if (project.unknown.length > 0) {
      note(`${file.path} sets what this release does not know: ${project.unknown.join(", ")}`);
    }
    return withProject(entries, project, { name: file.name, isTrusted: await trustOf(paths, file) === "trusted" });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    onBroken(error);
    return entries;
  }
}
