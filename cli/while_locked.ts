/** One change of a file at a time, whichever command makes it: reading, changing and writing it would else lose one of two. */
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "./exit.ts";

/** Beside the files: they themselves are replaced, and a lock goes with what was replaced. */
const LOCK_FILE = "changes.lock";
/** Changes take milliseconds; a command that was stopped in one holds the lock until it goes on. */
const MAX_WAIT_MS = 10_000;
const RETRY_MS = 5;

/**
 * Runs `work` while no other command changes a file of the same folder, which exists. The kernel ends the lock with the process.
 *
 * @throws {CliError} when another one does not come to an end
 */
export async function whileLocked<T>(path: string, work: () => Promise<T>, maxWaitMs = MAX_WAIT_MS): Promise<T> {
  const lock = join(dirname(path), LOCK_FILE);
  using file = await Deno.open(lock, { create: true, read: true, write: true, mode: 0o600 });
  const endMs = performance.now() + maxWaitMs;
  while (!await file.tryLock(true)) {
    if (performance.now() >= endMs) {
      throw new CliError(
        `Cannot change ${path}: another opta has been changing a file beside it for ${maxWaitMs / 1_000} seconds. ` +
          `End that one and try again`,
      );
    }
    await delay(RETRY_MS);
  }
  return await work();
}
