/** Runs the daemon in the foreground: its lines for people go to this terminal, and it ends when this command ends. */
import { ALREADY_RUNNING_EXIT_CODE, type StateFile } from "@opta/protocol";
import { setTimeout as delay } from "node:timers/promises";
import { CliError, ExitCode } from "../exit.ts";
import { publishMcpServers } from "../mcp/mcp_config.ts";
import { note } from "../output/output.ts";
import { ensureFolders, type Env, type Paths } from "../paths.ts";
import { usualEchoMs, withoutEchoes } from "../without_echoes.ts";
import { findDaemon } from "./find.ts";
import { recordLaunch } from "./launch_record.ts";
import { findCommand, heldByCommand } from "./lock.ts";
import type { Launch } from "./launch_settings.ts";
import { publishRules } from "./rules_file.ts";
import { sendSignal } from "./send_signal.ts";
import { DAEMON_ENTRY, type DaemonChild, spawnForeground } from "./spawn.ts";

/** Milliseconds between two looks for a daemon that is starting. */
const POLL_MS = 20;

export interface RunOptions {
  paths: Paths;
  launch: Launch;
  env: Env;
  entry?: string;
  /** One that runs already is as good: how a service meets a daemon that was started by hand. */
  ifNone?: boolean;
  /** Called when the daemon answers. */
  onReady?: (state: StateFile) => void;
}

/** @returns the exit code of the daemon */
export async function runDaemon(options: RunOptions): Promise<number> {
  const { paths, launch, env, entry = DAEMON_ENTRY, ifNone = false, onReady = () => {} } = options;
  await ensureFolders(paths);
  const running = await findDaemon(paths.stateDir);
  if (running.kind !== "absent") return alreadyRunning(ifNone);
  await publishRules(paths, env);
  await publishMcpServers(paths);
  const child = await spawnForeground({ entry, stateDir: paths.stateDir, launch, env });
  // The child has a session of its own, so that a Ctrl-C reaches it once, through here, and not twice.
  const stopForwarding = forwardSignals(child.pid);
  const ended = new AbortController();
  const recorded = recordOnceItAnswers(child, paths.stateDir, launch, onReady, ended.signal);
  try {
    const { code } = await child.exited;
    if (code === ALREADY_RUNNING_EXIT_CODE) {
      const command = await findCommand(paths.stateDir);
      if (command) throw new CliError(heldByCommand(command));
      return alreadyRunning(ifNone);
    }
    return code ?? 1;
  } finally {
    stopForwarding();
    ended.abort();
    await recorded;
  }
}

/** @returns what undoes it */
function forwardSignals(pid: number): () => void {
  const echoMs = usualEchoMs();
  const forward = {
    SIGINT: withoutEchoes(() => sendSignal(pid, "SIGINT"), { echoMs }),
    SIGTERM: withoutEchoes(() => sendSignal(pid, "SIGTERM"), { echoMs }),
    SIGHUP: withoutEchoes(() => sendSignal(pid, "SIGTERM"), { echoMs }), // the terminal is gone: a reason to end, not to reload
  };
  const entries = Object.entries(forward).filter(([name]) => Deno.build.os !== "windows" || name === "SIGINT") as [
    keyof typeof forward,
    () => void,
  ][];
  for (const [name, listener] of entries) Deno.addSignalListener(name, listener);
  return () => {
    for (const [name, listener] of entries) Deno.removeSignalListener(name, listener);
  };
}

async function recordOnceItAnswers(
  child: DaemonChild,
  stateDir: string,
  launch: Launch,
  onReady: (state: StateFile) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const found = await findDaemon(stateDir);
    if (found.kind === "running" && found.state.pid === child.pid) {
      await recordLaunch(stateDir, { state: found.state, settings: launch.settings });
      return onReady(found.state);
    }
    await delay(POLL_MS, null, { signal }).catch(() => {}); // an abort ends the loop
  }
}

function alreadyRunning(isFine: boolean): ExitCode {
  const message = 'A daemon is running already: see "opta daemon status", or end it with "opta daemon stop"';
  if (!isFine) throw new CliError(message);
  note(message);
  return ExitCode.done;
}
