/**
 * The engine of the daemon within this process, for when a daemon cannot or must not be had. It is the daemon's own code
 * with the settings that a daemon would be started with, and this is the one file of the command line that imports it;
 * it does so when it is asked to, so that no other command pays for it. Nobody else is told where it listens.
 */
import { ALREADY_RUNNING_EXIT_CODE, DEFAULT_HOST } from "@opta/protocol";
import type { EndpointSource } from "@opta/protocol/client";
import { readBootId } from "../daemon_control/boot_id.ts";
import { baseUrl } from "../daemon_control/find.ts";
import { loadLaunch } from "../daemon_control/launch_settings.ts";
import { publishRules } from "../daemon_control/rules_file.ts";
import { daemonEnv, homeArg, settingArgs } from "../daemon_control/spawn.ts";
import { CliError } from "../exit.ts";
import { publishMcpServers } from "../mcp/mcp_config.ts";
import { note } from "../output/output.ts";
import { ensureFolders, type Env, type Paths } from "../paths.ts";
import { refuseBesideDaemon, waitForTurn } from "./wait_for_turn.ts";

export interface EngineOptions {
  paths: Paths;
  env: Env;
  /** `--device host[:port]` */
  device?: string;
  /** It is not said that others are waited for. */
  isQuiet?: boolean;
  signal: AbortSignal;
}

export interface Engine extends AsyncDisposable {
  endpoint: EndpointSource;
  /** @throws {CliError} when nobody can connect to it any more */
  requireAlive(): void;
}

/** @throws {CliError} when a daemon runs, or another command has the sessions for too long; or the signal's reason */
export async function startEngine({ paths, env, device, isQuiet, signal }: EngineOptions): Promise<Engine> {
  const launch = await loadLaunch(paths, env, { device, host: DEFAULT_HOST, port: "0" });
  await ensureFolders(paths);
  await refuseBesideDaemon(paths.stateDir, signal);
  await publishRules(paths, env);
  await publishMcpServers(paths);
  const { startDaemon, readSettings, StartError, firstBug, limits } = await loadDaemon();
  const stateDir = await Deno.realPath(paths.stateDir); // as for a daemon, whose permissions hold for real paths
  const variables = daemonEnv(launch, env, await readBootId());
  const args = [...settingArgs(launch.settings, stateDir), ...homeArg(stateDir)];
  const settings = readSettings(args, (name) => variables[name]);
  const daemon = await waitForTurn(() => startDaemon(settings, { isWithinCommand: true }), {
    isHeld: (error) => error instanceof StartError && error.exitCode === ALREADY_RUNNING_EXIT_CODE,
    stateDir,
    onWait: (holder) => isQuiet || note(`${holder}: waiting for its end …`),
    signal,
  });

  const ended = new AbortController();
  void firstBug(daemon.report, ended.signal).then(async ({ bug }) => {
    endAfter(limits.CRASH_DEADLINE_MS);
    try {
      await daemon.store.close(); // and nothing else: what is left of the process can no longer be trusted
    } finally {
      note(`A bug ends this command: ${Deno.inspect(bug)}`);
      Deno.exit(1);
    }
  });
  let isLost = false;
  void daemon.lost.then(() => isLost = true);
  const endpoint = { baseUrl: baseUrl(daemon.state), token: daemon.state.token };
  return {
    endpoint: () => Promise.resolve(endpoint),
    requireAlive() {
      if (isLost) throw new CliError("The engine in this process takes no connections any more. Run the command again");
    },
    async [Symbol.asyncDispose]() {
      ended.abort();
      daemon.report("info", "The command with --no-daemon ends", { pid: Deno.pid });
      const timer = endAfter(limits.STOP_DEADLINE_MS);
      await daemon[Symbol.asyncDispose]();
      clearTimeout(timer);
    },
  };
}

async function loadDaemon() {
  const [{ startDaemon }, { readSettings }, { StartError }, { firstBug }, limits] = await Promise.all([
    import("../../daemon/daemon.ts"),
    import("../../daemon/settings.ts"),
    import("../../daemon/start_error.ts"),
    import("../../daemon/first_bug.ts"),
    import("../../daemon/stop_limits.ts"),
  ]);
  return { startDaemon, readSettings, StartError, firstBug, limits };
}

function endAfter(ms: number): ReturnType<typeof setTimeout> {
  return setTimeout(() => {
    note("The turns of this command could not be ended in time. The next start finds them as they are");
    Deno.exit(1);
  }, ms);
}
