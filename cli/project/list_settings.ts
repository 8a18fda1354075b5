/** The settings in force in a folder, for looking at them: what is wrong with a project's file is told, and stops nobody. */
import { type ConfigEntry, listConfig } from "../config/config.ts";
import { CliError } from "../exit.ts";
import type { Env, Paths } from "../paths.ts";
import { findProject } from "./find_project.ts";
import { parseProjectConfig } from "./project_config.ts";
import { withProject } from "./project_entries.ts";
import { trustOf } from "./trust.ts";

export async function listSettings(
  paths: Paths,
  env: Env,
  onProblem: (message: string) => void,
): Promise<ConfigEntry[]> {
  const entries = await listConfig(paths, env, ({ message }) => onProblem(message));
  try {
    const file = await findProject(".", paths, env);
    if (!file) return entries;
    const project = await parseProjectConfig(file);
    return withProject(entries, project, { name: file.name, isTrusted: await trustOf(paths, file) === "trusted" });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    onProblem(error.message);
    return entries;
  }
}
