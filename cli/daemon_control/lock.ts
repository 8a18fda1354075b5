/**
 * Looks at the lock that a daemon holds for its whole life. The kernel gives it back when the process ends, however it
 * ends, so it is the one sign that cannot be stale.
 *
 * Looking means taking it for a moment. A daemon that starts in this moment takes us for another daemon and ends; whoever
 * started it tries again.
 */
import { LockHolder, stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { CliError, ExitCode } from "../exit.ts";
import { parseJson } from "../json/parse_json.ts";
import { isAlive } from "./is_alive.ts";

export async function isLockFree(stateDir: string): Promise<boolean> {
  return await whileUnlocked(stateDir, () => Promise.resolve());
}

/**
 * Runs `work` while no daemon lives and none can start.
 * @returns `false` when a daemon holds the lock; `work` has not run then
 */
export async function whileUnlocked(stateDir: string, work: () => Promise<void>): Promise<boolean> {
  using file = await openOrNull(join(stateDir, stateFiles.lock));
  if (file && !await file.tryLock(true)) return false;
  await work();
  return true;
}

/**
 * Who holds the lock, for whoever has found it held; `null` when that cannot be read. Whoever held it before, and has ended,
 * is not meant: the next one says who it is a moment after it has the lock, and who only looks says nothing.
 */
export async function readHolder(stateDir: string): Promise<LockHolder | null> {
  const text = await Deno.readTextFile(join(stateDir, stateFiles.lock)).catch(() => ""); // where locks keep readers out
  const { data } = LockHolder.safeParse(parseJson(text));
  return data && isAlive(data.pid) ? data : null;
}

/** The command with `--no-daemon` that has the sessions; `null` when none has. */
export async function findCommand(stateDir: string): Promise<LockHolder | null> {
  const holder = await readHolder(stateDir);
  return holder?.kind === "command" && !await isLockFree(stateDir) ? holder : null;
}

/** A command without a daemon ends by itself, so it is not the daemon's to end. */
export function heldByCommand({ pid, since }: LockHolder): string {
  return `A command with --no-daemon has the sessions (pid ${pid}, since ${since}), which one process writes. ` +
    "Wait until it has ended, or end it";
}

/** Why no daemon is there to attach to. @param reason what was found in its place */
export async function whyAbsent(stateDir: string, reason: string): Promise<string> {
  const command = await findCommand(stateDir);
  return command ? heldByCommand(command) : reason;
}

async function openOrNull(path: string): Promise<Deno.FsFile | null> {
  try {
    return await Deno.open(path, { read: true, write: true });
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return null;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CliError(`Cannot look at the lock: ${why}`, ExitCode.failed, { cause });
  }
}
