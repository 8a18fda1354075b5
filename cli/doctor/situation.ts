/**
 * What several checks want to know, found out once: whether the home folder can be used, whether a daemon runs, and what it
 * says of itself. Looking changes nothing; in particular the state file is not repaired here.
 */
import { type DaemonStatus, type Health, type LockHolder, type StateFile, stateFiles } from "@opta/protocol";
import { Api } from "@opta/protocol/client";
import { join } from "node:path";
import { baseUrl, identify, readState, type StateOutline } from "../daemon_control/find.ts";
import { readLaunch } from "../daemon_control/launch_record.ts";
import { isLockFree, readHolder } from "../daemon_control/lock.ts";
import { type Env, lstatOrNull, type Paths } from "../paths.ts";
import { homeProblem } from "./inspect_folder.ts";

/** What lies where the state file should be. */
export type StateFileFact =
  | { kind: "state"; state: StateFile }
  | { kind: "missing" }
  | { kind: "damaged" }
  /** A folder, a symlink, somebody else's, or not readable. */
  | { kind: "unusable"; problem: string };

export type DaemonFact =
  | { kind: "running"; state: StateFile; health: Health; file: StateFileFact }
  | { kind: "mismatch"; state: StateOutline; problem: string }
  | {
    kind: "absent";
    file: StateFileFact;
    /** Why the daemon of the state file, if there is one, is none. */
    reason: string;
    /** Whether a daemon holds the lock all the same; `null`: that could not be seen, and `lockProblem` says why. */
    lockIsFree: boolean | null;
    lockProblem: string;
    /** The one with `--no-daemon` that has the sessions. */
    command: LockHolder | null;
  };

export class Situation {
  readonly paths: Paths;
  readonly env: Env;
  readonly #signal: AbortSignal;
  #home: Promise<string | null> | undefined;
  #daemon: Promise<DaemonFact> | undefined;
  #status: Promise<DaemonStatus | null> | undefined;

  /** @param signal ends what is asked for, when nobody waits any more */
  constructor(paths: Paths, env: Env, signal: AbortSignal) {
    this.paths = paths;
    this.env = env;
    this.#signal = signal;
  }

  /** Why the folders cannot be used at all; `null` also when they are not there yet. */
  homeProblem(): Promise<string | null> {
    return this.#home ??= homeProblem(this.paths);
  }

  daemon(): Promise<DaemonFact> {
    return this.#daemon ??= lookForDaemon(this.paths.stateDir, this.#signal);
  }

  /** Calls of the running daemon; `null` when none can be asked. */
  async api(): Promise<Api | null> {
    const daemon = await this.daemon();
    if (daemon.kind !== "running") return null;
    const { state } = daemon;
    return new Api(() => Promise.resolve({ baseUrl: baseUrl(state), token: state.token }));
  }

  /** Without what takes time. */
  status(): Promise<DaemonStatus | null> {
    return this.#status ??= this.api().then((api) => api?.call("status", { signal: this.#signal }) ?? null);
  }
}

async function lookForDaemon(stateDir: string, signal: AbortSignal): Promise<DaemonFact> {
  const file = await readStateFile(stateDir);
  const state = file.kind === "state" ? file.state : await recordedState(stateDir);
  let reason = "there is no state file";
  if (state) {
    const found = await identify(state, signal);
    if (found.kind === "running") return { ...found, file };
    if (found.kind === "mismatch") return found;
    reason = found.reason;
  }
  try {
    const lockIsFree = await isLockFree(stateDir);
    const holder = lockIsFree ? null : await readHolder(stateDir);
    const command = holder?.kind === "command" ? holder : null;
    return { kind: "absent", file, reason, lockIsFree, lockProblem: "", command };
  } catch (error) {
    return { kind: "absent", file, reason, lockIsFree: null, lockProblem: messageOf(error), command: null };
  }
}

async function readStateFile(stateDir: string): Promise<StateFileFact> {
  try {
    const stated = await readState(stateDir);
    if (stated.kind === "state") return stated;
    const isThere = await lstatOrNull(join(stateDir, stateFiles.state)) !== null;
    return { kind: isThere ? "damaged" : "missing" };
  } catch (error) {
    return { kind: "unusable", problem: messageOf(error) };
  }
}

/** The daemon that was started last; it may be gone long since. */
async function recordedState(stateDir: string): Promise<StateFile | null> {
  return (await readLaunch(stateDir).catch(() => null))?.state ?? null; // a record that cannot be read says nothing
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
