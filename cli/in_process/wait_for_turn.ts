/**
 * Whose turn it is with the sessions: one process writes them. Another command without a daemon is waited for, since it
 * ends by itself; a daemon is not, since it has no reason to.
 */
import { stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { baseUrl, findDaemon } from "../daemon_control/find.ts";
import { readHolder } from "../daemon_control/lock.ts";
import { CliError } from "../exit.ts";

/** Milliseconds to wait for others: a short turn, not a chat. */
const WAIT_MS = 30_000;
/** Milliseconds between two tries. */
const POLL_MS = 50;

export interface WaitOptions {
  /** Whether that is how a start fails when another process has the sessions. */
  isHeld(error: unknown): boolean;
  stateDir: string;
  /** Called once when somebody has to be waited for. */
  onWait?: (holder: string) => void;
  signal: AbortSignal;
  waitMs?: number;
}

/** Starts what writes the sessions, as soon as nobody else does. @throws {CliError}, or the signal's reason */
export async function waitForTurn<T>(
  start: () => Promise<T>,
  { isHeld, stateDir, onWait = () => {}, signal, waitMs = WAIT_MS }: WaitOptions,
): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (let tries = 1;; tries++) {
    signal.throwIfAborted();
    try {
      return await start();
    } catch (error) {
      if (!isHeld(error)) throw error;
    }
    await refuseBesideDaemon(stateDir, signal);
    const holder = await describeHolder(stateDir);
    if (performance.now() >= deadline) {
      throw new CliError(`${holder}, still after ${waitMs / 1000} s. Try again when it has ended, or end it`);
    }
    if (tries === 1) onWait(holder);
    await delay(POLL_MS, null, { signal }).catch(() => {}); // an abort is seen above
  }
}

/** @throws {CliError} when a daemon runs */
export async function refuseBesideDaemon(stateDir: string, signal: AbortSignal): Promise<void> {
  const found = await findDaemon(stateDir, signal);
  if (found.kind === "absent") return;
  throw new CliError(
    `A daemon runs (pid ${found.state.pid}, ${baseUrl(found.state)}) and has the sessions, which one process writes. ` +
      `Leave out --no-daemon (OPTA_NO_DAEMON) to use it, or end it with "opta daemon stop"`,
  );
}

async function describeHolder(stateDir: string): Promise<string> {
  const holder = await readHolder(stateDir);
  if (holder?.kind === "command") return `Another command with --no-daemon (pid ${holder.pid}) has the sessions`;
  const who = holder ? `A daemon (pid ${holder.pid})` : "Another process";
  return `${who} that does not answer, as when it starts or stops, holds ${join(stateDir, stateFiles.lock)}`;
}
