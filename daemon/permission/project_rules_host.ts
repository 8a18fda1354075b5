/**
 * Reads the settings that a project brings along, inside the host that reads the workspace. Of folders above the workspace this
 * process may read these files alone, and whether there is a repository.
 */
import { MAX_PROJECT_FILE_BYTES, PROJECT_FILES, PROJECT_FOLDER, projectFolders } from "@opta/protocol/project";
import { join } from "node:path";
import { foldersUp, isAbsent } from "../context/project_file.ts";
import type { HostOperation } from "../tools/host/serve_host.ts";
import { FindProjectRules, type FoundProjectRules } from "./project_rules.ts";
import { repositoryMark } from "./project_places.ts";

/** The operation `findProjectRules`: the nearest file, or `null`. It fails where a file must not be read, or cannot. */
export const findProjectRules: HostOperation = async (args): Promise<FoundProjectRules | null> => {
  const { cwd, roots, home, optaHome } = FindProjectRules.parse(args);
  const ways = [await projectFolders(cwd, home, isRepository), await foldersUp(cwd, roots)];
  for (const folder of ways[0]!.length >= ways[1]!.length ? ways[0]! : ways[1]!) {
    const place = join(folder, PROJECT_FOLDER);
    if (place === optaHome) continue; // the user's own settings, not those of a project
    const found = (await Promise.all(PROJECT_FILES.map((name) => isThere(join(place, name))))).flatMap((is, i) =>
      is ? [PROJECT_FILES[i]!] : []
    );
    if (found.length > 1) throw new Error(`${place} has both ${found.join(" and ")}`);
    if (found[0] !== undefined) return await read(folder, found[0]);
  }
  return null;
};

/** By its real path alone: a link would let the rules of one project pass for those of another. */
async function read(folder: string, name: string): Promise<FoundProjectRules> {
  const path = join(folder, PROJECT_FOLDER, name);
  const real = await Deno.realPath(path);
  if (real !== join(await realFolder(folder), PROJECT_FOLDER, name)) throw new Error(`${path} is reached by a symlink`);
  const { isFile, size } = await Deno.lstat(real);
  if (!isFile || size > MAX_PROJECT_FILE_BYTES) throw new Error(`${path} is no file of settings`);
  return { path: real, text: new TextDecoder().decode(await Deno.readFile(real)) };
}

/** Those above the workspace are real ones, for they come from its real path. */
async function realFolder(folder: string): Promise<string> {
  try {
    return await Deno.realPath(folder);
  } catch (error) {
    if (isAbsent(error)) return folder;
    throw error;
  }
}

async function isRepository(folder: string): Promise<boolean> {
  try {
    await Deno.lstat(repositoryMark(folder));
    return true;
  } catch (error) {
    return error instanceof Deno.errors.NotADirectory; // `.git` is a file, that of a worktree
  }
}

/** A link that leads nowhere is there as well. */
async function isThere(path: string): Promise<boolean> {
  try {
    await Deno.lstat(path);
    return true;
  } catch (error) {
    // A folder that is closed to the user may hold settings: what cannot be read has everything asked for.
    if (isAbsent(error) && !(error instanceof Deno.errors.PermissionDenied)) return false;
    throw error;
  }
}
