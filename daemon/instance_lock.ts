/**
 * One daemon a folder: the lock of the operating system on one file, held for as long as the process lives. The kernel
 * gives it back however the process ends, so it cannot be stale; a pid in a file could be.
 */
import { ALREADY_RUNNING_EXIT_CODE, StateFile, stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StartError } from "./start_error.ts";

/** Others look at the lock by taking it for a moment: one failed try does not mean that a daemon has it. */
const TRIES = 5;
const RETRY_MS = 10;

/** @throws {StartError} with `ALREADY_RUNNING_EXIT_CODE` when another daemon holds it */
export async function takeInstanceLock(stateDir: string): Promise<Disposable> {
  const path = join(stateDir, stateFiles.lock);
  const file = await Deno.open(path, { create: true, read: true, write: true, mode: 0o600 });
  for (let tries = 1; !await file.tryLock(true); tries++) {
    if (tries === TRIES) {
      file.close();
      throw new StartError(`Cannot start: ${await describeHolder(stateDir)}`, ALREADY_RUNNING_EXIT_CODE);
    }
    await delay(RETRY_MS);
  }
  return file;
}

async function describeHolder(stateDir: string): Promise<string> {
  const text = await Deno.readTextFile(join(stateDir, stateFiles.state)).catch(() => ""); // it may not have got so far
  const state = StateFile.safeParse(text === "" ? null : parseOrNull(text)).data;
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
