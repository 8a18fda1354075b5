/**
 * Stops the daemon: asks it to end, waits for its lock to be free, and ends it by force when it does not. A signal goes
 * only to a process that has just said over HTTP that it is the daemon of the state file: a pid alone may be recycled.
 */
import { type StateFile, stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../exit.ts";
import { findDaemon, readState } from "./find.ts";
import { heldByCommand, isLockFree, readHolder, whileUnlocked } from "./lock.ts";
import { sendSignal } from "./send_signal.ts";

/** Milliseconds for the daemon to finish or cancel its turns and close its store. */
const GRACE_MS = 15_000;
/** Milliseconds for the kernel to take back a process that was ended by force. */
const KILL_WAIT_MS = 5_000;
/** Milliseconds between two looks at the lock. */
const POLL_MS = 20;

export type StopResult =
  | { wasRunning: false; reason: string }
  /** `forced`: it had to be killed. */
  | { wasRunning: true; pid: number; forced: boolean };

export interface StopOptions {
  graceMs?: number;
  signal?: AbortSignal;
}

export async function stopDaemon(stateDir: string, options: StopOptions = {}): Promise<StopResult> {
  const { graceMs = GRACE_MS, signal } = options;
  const found = await findDaemon(stateDir, signal);
  if (found.kind === "absent") {
    if (await removeLeftovers(stateDir)) return { wasRunning: false, reason: found.reason };
    const holder = await readHolder(stateDir);
    if (holder?.kind === "command") return { wasRunning: false, reason: heldByCommand(holder) };
    throw new CliError(
      `A daemon holds ${
        join(stateDir, stateFiles.lock)
      }, but ${found.reason}. Wait for it, or end that process yourself`,
    );
  }
  const { pid } = found.state;
  sendSignal(pid, "SIGTERM");
  if (await hasEnded(stateDir, found.state, graceMs, signal)) return { wasRunning: true, pid, forced: false };
  sendSignal(pid, "SIGKILL");
  if (!await hasEnded(stateDir, found.state, KILL_WAIT_MS, signal)) {
    throw new CliError(`The daemon (pid ${pid}) does not end, not even by force. Look at that process`);
  }
  await removeLeftovers(stateDir);
  return { wasRunning: true, pid, forced: true };
}

/** The lock is free, or another daemon has it by now. */
async function hasEnded(
  stateDir: string,
  old: Pick<StateFile, "daemonId">,
  withinMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    if (await isLockFree(stateDir)) return true;
    const current = await readState(stateDir);
    if (current.kind === "state" && current.state.daemonId !== old.daemonId) return true;
    if (performance.now() > deadline) return false;
    await delay(POLL_MS, null, { signal });
  }
}

/**
 * Removes the state file of a daemon that did not end by itself.
 * @returns `false` when a daemon lives after all; its file is left alone
 */
export async function removeLeftovers(stateDir: string): Promise<boolean> {
  return await whileUnlocked(stateDir, async () => {
    await Deno.remove(join(stateDir, stateFiles.state)).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  });
}
