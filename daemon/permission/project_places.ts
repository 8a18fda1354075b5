/**
 * What the process that reads a workspace may read above it, so that the settings of a project hold in its sub-folders as well:
 * the files of settings by name, and a file that tells a repository. Pure.
 */
import { foldersAbove, PROJECT_FILES, PROJECT_FOLDER } from "@opta/protocol/project";
import { join } from "node:path";

export function projectPlaces(cwd: string, home: string | null, optaHome: string): string[] {
  return foldersAbove(cwd, home).filter((folder) => join(folder, PROJECT_FOLDER) !== optaHome).flatMap((folder) => [
    ...PROJECT_FILES.map((name) => join(folder, PROJECT_FOLDER, name)),
    repositoryMark(folder),
  ]);
}

/** Every repository has it, and it says nothing but the branch. */
export function repositoryMark(folder: string): string {
  return join(folder, ".git", "HEAD");
}
