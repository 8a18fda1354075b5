/** The daemon: whether it runs and is well, and whether what it left behind is in the way. */
import { stateFiles, VERSION } from "@opta/protocol";
import { join } from "node:path";
import { baseUrl, findDaemon } from "../daemon_control/find.ts";
import { isAlive } from "../daemon_control/is_alive.ts";
import { heldByCommand } from "../daemon_control/lock.ts";
import { removeLeftovers } from "../daemon_control/stop.ts";
import { CliError } from "../exit.ts";
import type { Check, Finding, Fix } from "./check.ts";
import type { DaemonFact, Situation } from "./situation.ts";

type Absent = Extract<DaemonFact, { kind: "absent" }>;
type Running = Extract<DaemonFact, { kind: "running" }>;

const STARTS = 'it starts with "opta chat" or "opta daemon start"';

export const checkDaemon: Check = {
  name: "daemon",
  needsHome: true,
  async look(situation) {
    const daemon = await situation.daemon();
    switch (daemon.kind) {
      case "running":
        return await judgeRunning(daemon, situation);
      case "mismatch":
        return { status: "failed", detail: daemon.problem };
      case "absent":
        return await judgeAbsent(daemon, situation.paths.stateDir);
      default:
        return daemon satisfies never;
    }
  },
};

async function judgeRunning({ state, health, file }: Running, situation: Situation): Promise<Finding> {
  const where = `${baseUrl(state)} (pid ${state.pid}, version ${health.version})`;
  const condition = (await situation.status())?.health;
  if (health.status !== "ok" || (condition && condition.status !== "ok")) {
    const reasons = condition?.reasons.join(" ") || health.status.replace("_", " ");
    return {
      status: health.status === "read_only" ? "failed" : "warning",
      detail: `Runs at ${where}, degraded: ${reasons}`,
    };
  }
  if (file.kind !== "state") {
    const { stateDir } = situation.paths;
    const detail = `Runs at ${where}, but its state file ${describeFile(file.kind)}`;
    const restore: Fix = { what: "restore the state file", apply: async () => void await findDaemon(stateDir) };
    return file.kind === "unusable"
      ? { status: "failed", detail: `${detail}: ${file.problem}` }
      : { status: "warning", detail, fix: restore };
  }
  if (health.version !== VERSION) {
    const detail = `Runs at ${where}; this command is ${VERSION}. Go over to it with "opta daemon restart"`;
    return { status: "warning", detail };
  }
  return { status: "ok", detail: `Runs at ${where}` };
}

async function judgeAbsent(
  { file, reason, lockIsFree, lockProblem, command }: Absent,
  stateDir: string,
): Promise<Finding> {
  const lock = join(stateDir, stateFiles.lock);
  if (lockIsFree === null) return { status: "failed", detail: `Its lock ${lock} cannot be looked at: ${lockProblem}` };
  if (command !== null) return { status: "warning", detail: `Cannot start now: ${heldByCommand(command)}` };
  if (!lockIsFree) {
    if (file.kind === "missing") return { status: "warning", detail: `One is starting or stopping: it holds ${lock}` };
    const pid = file.kind === "state" ? ` (pid ${file.state.pid})` : "";
    const detail = `One holds ${lock}, but ${reason}. Wait for it, or end that process${pid} yourself`;
    return { status: "failed", detail };
  }
  switch (file.kind) {
    case "missing":
      return { status: "ok", detail: `Does not run: ${STARTS}` };
    case "state": {
      const detail = `Does not run: ${reason}${recycled(file.state.pid)}. The next start replaces the file`;
      return { status: "warning", detail, fix: removal(stateDir) };
    }
    case "damaged":
      return { status: "warning", detail: "Does not run; its state file is damaged", fix: removal(stateDir) };
    case "unusable": {
      const path = join(stateDir, stateFiles.state);
      const isKept = await holdsSomething(path);
      const detail = `Cannot start: ${file.problem}`;
      return isKept ? { status: "failed", detail } : { status: "failed", detail, fix: removal(stateDir) };
    }
    default:
      return file satisfies never;
  }
}

function describeFile(kind: "missing" | "damaged" | "unusable"): string {
  return kind === "unusable" ? "cannot be used" : kind === "damaged" ? "is damaged" : "is missing";
}

/** Only while no daemon lives: one that has come meanwhile keeps its file. */
function removal(stateDir: string): Fix {
  return {
    what: "remove the state file that no daemon stands behind",
    async apply() {
      if (!await removeLeftovers(stateDir)) throw new CliError("A daemon has started meanwhile");
    },
  };
}

/** A folder with something in it is data, and stays. */
async function holdsSomething(path: string): Promise<boolean> {
  const info = await Deno.lstat(path);
  if (!info.isDirectory) return !info.isSymlink;
  for await (const _ of Deno.readDir(path)) return true;
  return false;
}

/** The process that has the number now is none of ours: the daemon of this folder would hold the lock. */
function recycled(pid: number): string {
  return isAlive(pid) ? `; pid ${pid} is another program by now` : "";
}
