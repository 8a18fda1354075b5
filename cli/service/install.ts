/**
 * Makes the daemon a service that starts at login, and gives it over to that service: there is one daemon a folder, and
 * one that was started by hand and has nothing to do makes room. One that works goes on; the service then finds it, and
 * leaves it alone.
 */
import { releaseSkew } from "../daemon_control/contract.ts";
import { baseUrl, findDaemon, type FoundDaemon } from "../daemon_control/find.ts";
import { loadLaunch } from "../daemon_control/launch_settings.ts";
import { findCommand, heldByCommand } from "../daemon_control/lock.ts";
import { isOfLaterRelease } from "../daemon_control/refuse_older.ts";
import { stopDaemon } from "../daemon_control/stop.ts";
import { CliError } from "../exit.ts";
import { ensureFolders, type Env, type Paths } from "../paths.ts";
import { SupervisorError } from "./ask_supervisor.ts";
import { ownerOf } from "./installed_service.ts";
import { serviceEnv, serviceFacts } from "./service_facts.ts";
import type { Supervisor } from "./supervisor.ts";
import { waitForService } from "./wait_for_service.ts";

export interface InstallOptions {
  paths: Paths;
  env: Env;
  supervisor: Supervisor;
  signal?: AbortSignal;
}

export interface InstallResult {
  supervisor: string;
  place: string;
  /** The description was written; `false`: it stood there as it is. */
  written: boolean;
  /** It starts at login. */
  enabled: boolean;
  daemon: { pid: number; url: string } | null;
  /** What did not work, and what to do about it. */
  problem: string | null;
  /** What else there is to know. */
  notes: string[];
}

/** @throws {CliError} when nothing was written */
export async function installService({ paths, env, supervisor, signal }: InstallOptions): Promise<InstallResult> {
  const text = supervisor.compose(serviceFacts(paths, env));
  const before = await supervisor.read();
  const owner = ownerOf(supervisor, before, paths.home);
  if (owner === "somebody else") {
    throw new CliError(`Cannot install the service: ${supervisor.place} is not Opta's. Remove it, and try again`);
  }
  await loadLaunch(paths, serviceEnv(paths, env)); // settings that cannot be used would fail at each login, unseen
  await ensureFolders(paths);
  await makeOutputFile(serviceFacts(paths, env).outputFile);

  const running = await findDaemon(paths.stateDir, signal);
  const command = running.kind === "absent" ? await findCommand(paths.stateDir) : null;
  const result: InstallResult = {
    supervisor: supervisor.name,
    place: supervisor.place,
    written: text !== before,
    enabled: false,
    daemon: null,
    problem: null,
    notes: owner === "another folder" ? ["The service was that of another OPTA_HOME; it is this one's now"] : [],
  };
  if (result.written) await supervisor.write(text);
  try {
    await supervisor.enable(); // before a daemon makes room for what may come to nothing
    result.enabled = true;
    const serviceRuns = await supervisor.state() === "active";
    const isAsWanted = running.kind === "running" && serviceRuns && !result.written;
    if (command) {
      result.notes.push(`${heldByCommand(command)}. The service starts after that, with "opta daemon start"`);
    } else if (mustGoOn(running) && !isAsWanted) {
      result.notes.push(goesOn(running));
    } else if (!isAsWanted) {
      if (running.kind !== "absent" && !serviceRuns) await stopDaemon(paths.stateDir, { signal });
      await supervisor.restart();
      await waitForService(supervisor, paths.stateDir, signal);
    }
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    result.problem = `${supervisor.place} is written, but ${error.message}`;
  }
  const now = await findDaemon(paths.stateDir, signal);
  if (now.kind === "running") result.daemon = { pid: now.state.pid, url: baseUrl(now.state) };
  return result;
}

/** Turns would be lost, or it is one that this release knows too little of to take its place. */
function mustGoOn(found: FoundDaemon): boolean {
  if (found.kind !== "running") return found.kind === "mismatch";
  if (isOfLaterRelease(found)) return true;
  const { activeTurnCount, queuedTurnCount } = found.health.runtime;
  return activeTurnCount + queuedTurnCount > 0;
}

function goesOn(found: FoundDaemon): string {
  if (found.kind === "absent") return "";
  const why = found.kind === "mismatch"
    ? found.problem
    : (isOfLaterRelease(found) && releaseSkew(found.health.version)?.message) || "a turn runs or waits there";
  return `The daemon that runs (pid ${found.state.pid}) goes on: ${why}. The service takes over after "opta daemon restart", or when you log in next`;
}

/** So that it is the user's alone from its first byte. */
async function makeOutputFile(path: string): Promise<void> {
  using _ = await Deno.open(path, { append: true, create: true, mode: 0o600 });
}
