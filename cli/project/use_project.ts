/**
 * The settings that a chat or a task begins with in a folder. Asks, once for each text, whether to trust a project that wants more
 * than the user's own settings allow; where nobody can be asked, says how to trust it. The daemon sees to the rules by itself.
 */
import { showLineExactly } from "@opta/view/permission/show_exactly";
import stringWidth from "string-width";
import { terminalSize } from "../chat/terminal_size.ts";
import { type Config, configOf, listConfig } from "../config/config.ts";
import { canAsk, isYes } from "../models/confirm.ts";
import { note } from "../output/output.ts";
import type { Env, Paths } from "../paths.ts";
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

const QUESTION = "Trust this file as it is now?";

async function decide(paths: Paths, file: ProjectFile, widening: string[], isQuiet = false): Promise<boolean> {
  const decision = await trustOf(paths, file);
  if (decision !== null) return decision === "trusted";
  const description = describeWidening(file, widening);
  const ignored = canAsk() ? tooMuchToAsk(file, widening, terminalSize()) : `${description}\n${HOW_TO_TRUST}`;
  if (ignored !== null) {
    if (!isQuiet) note(ignored);
    return false;
  }
  note(description);
  const isTrusted = await isYes(QUESTION);
  await rememberTrust(paths, file, isTrusted ? "trusted" : "refused");
  return isTrusted;
}

const HOW_TO_TRUST = 'That is ignored. Trust the file with "opta config trust"';

/** Each rule on a line of its own, with whatever is in it. */
function describeWidening({ path }: Pick<ProjectFile, "path">, widening: readonly string[]): string {
  return [`${headOf(path)}:`, ...widening.map((rule) => `  ${showLineExactly(rule)}`)].join("\n");
}

function headOf(path: string): string {
  return `${showLineExactly(path)} came with this folder and wants more than your own settings allow`;
}

/** What is said instead of the question where some of the rules would have scrolled away before it; `null` where they fit. */
export function tooMuchToAsk(
  file: Pick<ProjectFile, "path">,
  widening: readonly string[],
  { columns, rows }: { columns: number; rows: number },
): string | null {
  const lines = [...describeWidening(file, widening).split("\n"), `${QUESTION} [y/N]`];
  const needed = lines.map((line) => Math.ceil((stringWidth(line) + PREFIX_COLUMNS) / columns));
  if (needed.reduce((sum, count) => sum + count, 0) <= rows) return null;
  return `${headOf(file.path)}, in more ways (${widening.length}) than fit on this screen.\n` +
    `That is ignored. Read them with "opta config list", and trust the file with "opta config trust"`;
}

/** Of `opta: `, which a note begins with. */
const PREFIX_COLUMNS = 6;
