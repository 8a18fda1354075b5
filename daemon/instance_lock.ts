/**
 * One daemon a folder: the lock of the operating system on one file, held for as long as the process lives. The kernel
 * gives it back however the process ends, so it cannot be stale; a pid in a file could be. So what the file says of its
 * holder is for whoever has found it locked.
 */
import { ALREADY_RUNNING_EXIT_CODE, LockHolder, StateFile, stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StartError } from "./start_error.ts";

/** Others look at the lock by taking it for a moment: one failed try does not mean that a daemon has it. */
const TRIES = 5;
const RETRY_MS = 10;

/** @throws {StartError} when it cannot be used; with `ALREADY_RUNNING_EXIT_CODE` when another one holds it */
export async function takeInstanceLock(stateDir: string, kind: LockHolder["kind"] = "daemon"): Promise<Disposable> {
  const path = join(stateDir, stateFiles.lock);
  const file = await openLockFile(path);
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === TRIES) {
      file.close();
      throw new StartError(`Cannot start: ${await describeHolder(stateDir)}`, ALREADY_RUNNING_EXIT_CODE);
    }
    await delay(RETRY_MS);
  }
  await file.truncate();
  const holder: LockHolder = { kind, pid: Deno.pid, since: new Date().toISOString() };
  await file.write(new TextEncoder().encode(JSON.stringify(holder) + "\n"));
  return file;
}

/** What is said of the holder would go into whatever a symlink leads to, in place of what is there. */
async function openLockFile(path: string): Promise<Deno.FsFile> {
  try {
    const info = await Deno.lstat(path).catch(nullIfMissing);
    if (info?.isSymlink) throw new StartError(`Cannot use ${path}: it is a symlink. Remove it and try again`);
    return await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
  } catch (cause) {
    if (cause instanceof StartError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new StartError(`Cannot use the lock: ${why}`, 1, { cause });
  }
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
}

async function describeHolder(stateDir: string): Promise<string> {
  const lock = await Deno.readTextFile(join(stateDir, stateFiles.lock)).catch(() => ""); // locked against readers as well
  const holder = LockHolder.safeParse(parseOrNull(lock)).data;
  if (holder?.kind === "command") {
    return `a command with --no-daemon has the sessions (pid ${holder.pid}, since ${holder.since})`;
  }
  const text = await Deno.readTextFile(join(stateDir, stateFiles.state)).catch(() => ""); // it may not have got so far
  const state = StateFile.safeParse(parseOrNull(text)).data;
  return state
    ? `a daemon is running already (pid ${state.pid}, at ${state.host}:${state.port}, since ${state.startedAt})`
    : `another daemon is starting or stopping; it holds ${join(stateDir, stateFiles.lock)}`;
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // being written by something that is not us
  }
}
