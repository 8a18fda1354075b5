/** What one of Opta's folders is like, and whether it can be used. Changes nothing. */
import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { lstatOrNull, ownerProblem, type Paths, sharedProblem } from "../paths.ts";

export type FolderFact =
  | { kind: "fine" }
  | { kind: "missing" }
  /** Its mode lets others in, or keeps its owner out: `--fix` can set that right. */
  | { kind: "mode"; mode: string; isClosed: boolean }
  /** `problem` stands after the path. */
  | { kind: "unusable"; problem: string };

export async function inspectFolder(path: string): Promise<FolderFact> {
  try {
    const info = await lstatOrNull(path);
    if (!info) return { kind: "missing" };
    if (info.isSymlink) return unusable("is a symlink: put the folder itself there, or set OPTA_HOME");
    if (!info.isDirectory) return unusable("is not a folder: move it away, or set OPTA_HOME");
    const problem = ownerProblem(info) ?? sharedProblem(info);
    if (problem) return unusable(`${problem}: set OPTA_HOME to a folder of your own`);
    if (info.mode !== null && (info.mode & 0o777) !== 0o700) {
      return { kind: "mode", mode: modeText(info.mode), isClosed: (info.mode & 0o700) !== 0o700 };
    }
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { kind: "fine" };
  } catch (error) {
    return unusable(`cannot be used (${reasonOf(error)}): set OPTA_HOME to another folder, or see to its file system`);
  }
}

/** Why nothing can be read there; `null` when it can, also when the folders are not there yet. */
export async function homeProblem({ home, stateDir }: Paths): Promise<string | null> {
  for (const path of [home, stateDir]) {
    const fact = await inspectFolder(path);
    if (fact.kind === "unusable") return `${path} ${fact.problem}`;
    if (fact.kind === "mode" && fact.isClosed) return `${path} is closed to you`;
  }
  return null;
}

export function modeText(mode: number): string {
  return (mode & 0o777).toString(8).padStart(4, "0");
}

function unusable(problem: string): FolderFact {
  return { kind: "unusable", problem };
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const known: Record<string, string> = {
    EROFS: "it is read-only",
    EACCES: "permission denied",
    ENOTDIR: "a part of the path is no folder",
  };
  return known[code] ?? (error instanceof Error ? error.message : String(error));
}
