/** What `opta config trust` and `untrust` do: decide on the project of a folder, without being asked. */
import { basename, dirname, join, resolve } from "node:path";
import { PROJECT_FILES, PROJECT_FOLDER } from "../../protocol/project.ts";
import { listConfig } from "../config/config.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { Env, Paths } from "../paths.ts";
import { findProject, type ProjectFile } from "./find_project.ts";
import { parseProjectConfig } from "./project_config.ts";
import { wideningOf } from "./project_entries.ts";
import { forgetTrust, rememberTrust } from "./trust.ts";

export interface TrustedProject extends Pick<ProjectFile, "path" | "sha256"> {
  /** What counts now, and did not before. */
  widening: string[];
  /** Keys that do nothing in this release. */
  unknown: readonly string[];
}

/** @param where the folder of a project, one below it, or the file itself */
export async function trustProject(where: string, paths: Paths, env: Env): Promise<TrustedProject> {
  const file = await findProject(await folderOf(where), paths, env);
  if (!file) {
    throw new CliError(
      `There is no project file to trust: neither ${resolve(where)} nor a folder above it, up to the repository, has ` +
        `${PROJECT_FOLDER}/${PROJECT_FILES[0]}`,
    );
  }
  const project = await parseProjectConfig(file); // what is not understood is not trusted
  const widening = wideningOf(await listConfig(paths, env, () => {}), project);
  await rememberTrust(paths, file, "trusted");
  return { path: file.path, sha256: file.sha256, widening, unknown: project.unknown };
}

/** @returns the file that is trusted no longer; `null` when nothing was decided on it */
export async function untrustProject(where: string, paths: Paths, env: Env): Promise<string | null> {
  // Trust is taken back in any case, also from what is broken or gone.
  const known = await folderOf(where).then((folder) => findProject(folder, paths, env)).catch(() => null);
  const real = await Deno.realPath(where).catch(() => resolve(where));
  const candidates = [known?.path, real, ...PROJECT_FILES.map((name) => join(real, PROJECT_FOLDER, name))];
  let forgotten: string | null = null;
  for (const path of new Set(candidates)) {
    if (path !== undefined && await forgetTrust(paths, path)) forgotten ??= path;
  }
  return forgotten;
}

async function folderOf(where: string): Promise<string> {
  const info = await Deno.stat(where).catch(() => null); // whatever keeps it from being looked at, it is no project
  if (info?.isDirectory) return basename(resolve(where)) === PROJECT_FOLDER ? dirname(resolve(where)) : where;
  const folder = dirname(resolve(where));
  if (info?.isFile && basename(folder) === PROJECT_FOLDER) return dirname(folder);
  if (info) return folder;
  throw new CliError(`There is no ${resolve(where)}`, ExitCode.usage);
}
