/**
 * Starts the daemon, or finds that one is running. Several commands may do this at once: each starts a process, the lock
 * lets one of them live, and all callers end up with that one.
 *
 *     find ─┬─ running ─► done
 *           └─ absent ──► spawn ─┬─ answers ─────────────► done
 *                           ▲    ├─ ends, with an error ─► failed, with its last words
 *                           │    └─ ends, as another one holds the lock ─► wait for that ─┬─ answers ─► done
 *                           └─────────────────── it was stopping, or has died ────────────┘
 */
import { ALREADY_RUNNING_EXIT_CODE, stateFiles } from "@opta/protocol";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CliError, ExitCode } from "../exit.ts";
import { publishMcpServers } from "../mcp/mcp_config.ts";
import { ensureFolders, type Env, type Paths } from "../paths.ts";
import { findDaemon, type FoundDaemon, type RunningDaemon } from "./find.ts";
import { recordLaunch } from "./launch_record.ts";
import type { Launch } from "./launch_settings.ts";
import { findCommand, heldByCommand } from "./lock.ts";
import { publishRules } from "./rules_file.ts";
import { DAEMON_ENTRY, type DaemonProcess, spawnDaemon } from "./spawn.ts";

/** Milliseconds until a start counts as failed. The first start on a machine downloads packages. */
const START_TIMEOUT_MS = 30_000;
/** Milliseconds between two looks for a daemon that is starting. */
const POLL_MS = 10;
/** Milliseconds to give the daemon that holds the lock, before another try; doubled each time. It may be stopping. */
const LOST_RACE_WAIT_MS = 250;
/** How much of what a failed daemon said is shown. */
const MAX_LAST_WORDS_LINES = 12;

export interface StartOptions {
  paths: Paths;
  launch: Launch;
  env: Env;
  entry?: string;
  timeoutMs?: number;
  signal?: AbortSignal;
  /** Called once it is clear that no daemon runs yet. */
  onSpawn?: () => void;
}

export interface StartedDaemon {
  daemon: RunningDaemon;
  /** `false`: it was running before, or another command has started it meanwhile. */
  startedHere: boolean;
}

/** @throws {CliError} with exit code 4, when no daemon comes to answer */
export async function startDaemon(options: StartOptions): Promise<StartedDaemon> {
  const { paths: { stateDir }, launch, env, entry = DAEMON_ENTRY, timeoutMs = START_TIMEOUT_MS, signal } = options;
  const deadline = performance.now() + timeoutMs;
  await ensureFolders(options.paths);
  const first = await look(stateDir, signal);
  if (first.kind === "running") return { daemon: first, startedHere: false };
  options.onSpawn?.();
  await publishRules(options.paths, env);
  await publishMcpServers(options.paths);

  for (let lostRaces = 0;; lostRaces++) {
    const child = await spawnDaemon({ entry, stateDir, launch, env });
    const found = await waitFor(child, stateDir, deadline, signal).finally(() => child.release());
    if (found?.state.pid === child.pid) {
      await recordLaunch(stateDir, { state: found.state, settings: launch.settings });
      return { daemon: found, startedHere: true };
    }
    if (found) return { daemon: found, startedHere: false };
    const patience = LOST_RACE_WAIT_MS * 2 ** lostRaces;
    const other = await waitForOther(stateDir, Math.min(performance.now() + patience, deadline), signal);
    if (other.kind === "running") return { daemon: other, startedHere: false };
    const command = await findCommand(stateDir);
    if (command) throw new CliError(heldByCommand(command), ExitCode.daemonUnreachable);
    if (performance.now() >= deadline) throw lockHeld(stateDir, other.reason);
  }
}

/** @throws {CliError} when a daemon of another contract runs */
async function look(stateDir: string, signal?: AbortSignal): Promise<Exclude<FoundDaemon, { kind: "mismatch" }>> {
  const found = await findDaemon(stateDir, signal);
  if (found.kind === "mismatch") throw new CliError(found.problem, ExitCode.daemonUnreachable);
  return found;
}

/**
 * @returns the daemon that has come to answer; `null` when the child has ended because another one holds the lock
 * @throws {CliError} when the child fails
 */
async function waitFor(
  child: DaemonProcess,
  stateDir: string,
  deadline: number,
  signal?: AbortSignal,
): Promise<RunningDaemon | null> {
  for (;;) {
    const exit = child.exit(); // before the look, which must see what another daemon did before this one ended
    const found = await look(stateDir, signal);
    if (found.kind === "running") {
      if (found.state.pid !== child.pid) await end(child); // left alone, it could outlive a stop of the other one
      return found;
    }
    if (exit?.code === ALREADY_RUNNING_EXIT_CODE) return null;
    if (exit) throw await failure(stateDir, exit.reason, child);
    if (performance.now() >= deadline) {
      await end(child);
      throw await failure(stateDir, "it did not come to answer in time", child);
    }
    await delay(POLL_MS, null, { signal });
  }
}

async function waitForOther(stateDir: string, deadline: number, signal?: AbortSignal): ReturnType<typeof look> {
  for (;;) {
    const found = await look(stateDir, signal);
    if (found.kind === "running" || performance.now() >= deadline) return found;
    await delay(POLL_MS, null, { signal });
  }
}

/** By force: it has not served anybody yet. */
async function end(child: DaemonProcess): Promise<void> {
  child.kill();
  await child.exited;
}

async function failure(stateDir: string, reason: string, child: DaemonProcess): Promise<CliError> {
  const lastWords = (await child.stderr()).trim().split("\n").slice(-MAX_LAST_WORDS_LINES).map((line) => `\n  ${line}`);
  const message = `The daemon could not be started (${reason}). Its log is ${join(stateDir, stateFiles.log)}`;
  return new CliError(message + lastWords.join(""), ExitCode.daemonUnreachable);
}

function lockHeld(stateDir: string, reason: string): CliError {
  const message = `Another daemon holds ${
    join(stateDir, stateFiles.lock)
  }, but ${reason}. End that process and try again`;
  return new CliError(message, ExitCode.daemonUnreachable);
}
