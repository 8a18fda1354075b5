/**
 * The daemon's folder holds the token, the sessions and the log, so it must belong to this user alone (security rule 5).
 * A process may not ask for its own user id without a permission that would tell it more; a file that it makes says it.
 */
import { join } from "node:path";
import { StartError } from "./start_error.ts";

/** @throws {StartError} when the folder is a symlink, no folder, of another user, or open to others */
export async function checkStateDir(path: string): Promise<void> {
  const info = await inspect(path);
  const problem = info.isSymlink
    ? "is a symlink"
    : !info.isDirectory
    ? "is not a folder"
    : info.uid !== await ownUid(path)
    ? `belongs to another user (uid ${info.uid})`
    : info.mode !== null && (info.mode & 0o077) !== 0
    ? `is open to other users; run: chmod 700 ${path}`
    : null;
  if (problem) throw new StartError(`Cannot use ${path}: it ${problem}`);
}

async function inspect(path: string): Promise<Deno.FileInfo> {
  try {
    return await Deno.lstat(path);
  } catch (cause) {
    throw new StartError(`Cannot use ${path}: ${cause instanceof Error ? cause.message : cause}`, 1, { cause });
  }
}

/** `null` where files have no owners. */
async function ownUid(dir: string): Promise<number | null> {
  const probe = join(dir, `.probe.${crypto.randomUUID()}`);
  const file = await Deno.open(probe, { write: true, createNew: true, mode: 0o600 });
  try {
    return (await file.stat()).uid;
  } finally {
    file.close();
    await Deno.remove(probe);
  }
}
