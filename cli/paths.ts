/**
 * Where Opta keeps its files: all under `OPTA_HOME`, or under `~/.config/opta`. This file also owns the rule that these
 * folders belong to the user alone (security rule 5).
 */
import { join, resolve } from "node:path";
import { CliError } from "./exit.ts";

/** The bit in the mode of a folder by which many may write there, each its own files. */
const STICKY = 0o1000;

/** The environment as a plain object, so that tests bring their own. */
export type Env = Readonly<Record<string, string | undefined>>;

export interface Paths {
  home: string;
  configFile: string;
  /** The daemon's folder: its state file, lock, database and log. */
  stateDir: string;
}

export function resolvePaths(env: Env): Paths {
  const home = env.OPTA_HOME ? resolve(env.OPTA_HOME) : join(userHome(env), ".config", "opta");
  return { home, configFile: join(home, "config.json"), stateDir: join(home, "daemon") };
}

export function userHomeOrNull(env: Env): string | null {
  return env.HOME || env.USERPROFILE || null;
}

function userHome(env: Env): string {
  const home = userHomeOrNull(env);
  if (home === null) throw new CliError("Cannot find the home folder: HOME is not set. Set HOME or OPTA_HOME");
  return home;
}

/** Makes both folders if need be, each for the user alone. */
export async function ensureFolders(paths: Paths): Promise<void> {
  await ensurePrivateDir(paths.home);
  await ensurePrivateDir(paths.stateDir);
}

/** @throws {CliError} when the folder is a symlink, is no folder, or belongs to somebody else or to everybody */
export async function ensurePrivateDir(path: string): Promise<void> {
  // Tells a symlink that leads nowhere from a folder that is missing: mkdir would follow the one and make the other.
  const before = await lstatOrNull(path);
  if (!before) await Deno.mkdir(path, { recursive: true, mode: 0o700 });
  const info = before ?? await Deno.lstat(path);
  if (info.isSymlink) {
    throw new CliError(
      `Cannot use ${path}: it is a symlink, and Opta follows none here. Set OPTA_HOME to the folder that it leads to, or put ` +
        `the folder itself there`,
    );
  }
  const problem = info.isDirectory ? ownerProblem(info) ?? sharedProblem(info) : "is not a folder";
  if (problem) {
    throw new CliError(`Cannot use ${path}: it ${problem}. Set OPTA_HOME to a folder of your own, or move it away`);
  }
  if (info.mode !== null && (info.mode & 0o077) !== 0) await Deno.chmod(path, 0o700);
}

/** What is wrong with the owner of a file; `null` when it is this user, or the platform has no owners. */
export function ownerProblem(info: Deno.FileInfo): string | null {
  const uid = Deno.uid();
  return uid === null || info.uid === null || info.uid === uid ? null : `belongs to another user (uid ${info.uid})`;
}

/** Whether it is a folder for everybody, as `/tmp` is: one that must not be closed to others. `null` when it is none. */
export function sharedProblem({ mode }: Deno.FileInfo): string | null {
  return mode !== null && (mode & STICKY) !== 0 ? "is a folder that everybody shares" : null;
}

export async function lstatOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
