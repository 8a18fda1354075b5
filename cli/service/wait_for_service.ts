/** Waits for the daemon of a service that has just been started. */
import { setTimeout as delay } from "node:timers/promises";
import { findDaemon, type RunningDaemon } from "../daemon_control/find.ts";
import { SupervisorError } from "./ask_supervisor.ts";
import type { Supervisor } from "./supervisor.ts";

/** Milliseconds until a start counts as failed. The first start of a runtime on a machine downloads packages. */
const START_TIMEOUT_MS = 30_000;
/** Milliseconds between two looks. */
const POLL_MS = 50;
/** Looks at the daemon for one at the service, which costs a process. */
const LOOKS_PER_STATE = 10;

/** @throws {SupervisorError} when it does not come to answer */
export async function waitForService(
  supervisor: Supervisor,
  stateDir: string,
  signal?: AbortSignal,
): Promise<RunningDaemon> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  for (let looks = 1;; looks++) {
    const state = looks % LOOKS_PER_STATE === 0 ? await supervisor.state() : "active"; // before the look at the daemon
    const found = await findDaemon(stateDir, signal);
    if (found.kind === "running") return found;
    if (state !== "active") throw new SupervisorError(`the daemon has ended. See "${supervisor.inspect}"`);
    if (performance.now() >= deadline) {
      throw new SupervisorError(`the daemon did not come to answer in time. See "${supervisor.inspect}"`);
    }
    await delay(POLL_MS, null, { signal });
  }
}
