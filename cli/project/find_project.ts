/**
 * Finds the settings that a project brings along: `.opta/config.jsonc` (or `.json`) of the folder or of one above it, up to its
 * repository or the user's home. A file that is not plainly the user's own is refused: links lead elsewhere, and what belongs
 * to somebody else may change behind the user's back.
 */
import {
  hashProjectFile,
  MAX_PROJECT_FILE_BYTES,
  PROJECT_FILES,
  PROJECT_FOLDER,
  projectFolders,
} from "../../protocol/project.ts";
import { join, relative } from "node:path";
import { CliError } from "../exit.ts";
import { type Env, lstatOrNull, ownerProblem, type Paths, userHomeOrNull } from "../paths.ts";

export interface ProjectFile {
  /** Real. */
  path: string;
  /** As people know it: `.opta/config.jsonc`. */
  name: string;
  text: string;
  sha256: string;
}

/** @throws {CliError} saying why the nearest file is refused */
export async function findProject(cwd: string, paths: Paths, env: Env): Promise<ProjectFile | null> {
  const here = await Deno.realPath(cwd);
  const home = await realOrNull(userHomeOrNull(env));
  const optaHome = await realOrNull(paths.home);
  for (const folder of await projectFolders(here, home, isRepository)) {
    const place = join(folder, PROJECT_FOLDER);
    const info = await lstatOrNull(place);
    // Opta's own folder may be called so: that is the user's config, not that of a project.
    if (!info || place === optaHome) continue;
    const names = await namesIn(place, info);
    if (names.length > 1) throw refused(place, `has both ${names.join(" and ")}, and nobody can tell which one counts`);
    if (names[0] !== undefined) return await readProject(join(place, names[0]));
  }
  return null;
}

/** @throws {CliError} saying why the file is refused */
export async function readProject(path: string): Promise<ProjectFile> {
  const info = await Deno.lstat(path);
  const problem = info.isSymlink ? "is a symlink" : !info.isFile ? "is not a file" : ownerProblem(info);
  if (problem) throw refused(path, problem);
  if (info.size > MAX_PROJECT_FILE_BYTES) throw refused(path, `has more than ${MAX_PROJECT_FILE_BYTES} bytes`);
  const text = new TextDecoder().decode(await Deno.readFile(path));
  return {
    path,
    name: join(PROJECT_FOLDER, relative(join(path, ".."), path)),
    text,
    sha256: await hashProjectFile(text),
  };
}

async function namesIn(place: string, info: Deno.FileInfo): Promise<string[]> {
  const found = await Promise.all(PROJECT_FILES.map((name) => lstatUnder(join(place, name))));
  const names = PROJECT_FILES.filter((_, i) => found[i]);
  const problem = info.isSymlink ? "is a symlink" : ownerProblem(info);
  if (names.length > 0 && problem) throw refused(place, problem);
  return names;
}

/** `.opta` may be a file: then there is nothing in it. */
async function lstatUnder(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await lstatOrNull(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) return null;
    throw error;
  }
}

/** As the daemon tells it: see `project_rules_host.ts`. */
async function isRepository(folder: string): Promise<boolean> {
  try {
    return await lstatOrNull(join(folder, ".git", "HEAD")) !== null;
  } catch (error) {
    if (error instanceof Deno.errors.NotADirectory) return true; // a worktree
    throw error;
  }
}

async function realOrNull(path: string | null): Promise<string | null> {
  return path === null ? null : await Deno.realPath(path).catch(() => path); // it may not be there yet
}

function refused(path: string, problem: string): CliError {
  return new CliError(
    `Cannot use the settings of this project: ${path} ${problem}. Opta asks for everything in this folder until that is ` +
      `mended or removed`,
  );
}
