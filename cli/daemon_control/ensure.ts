/** What `opta chat` and `opta do` need of the daemon: that one runs, with the model server that the user asked for. */
import type { EndpointSource } from "@opta/protocol/client";
import { CliError } from "../exit.ts";
import { note, writeErr } from "../output/output.ts";
import { type Env, type Paths, resolvePaths } from "../paths.ts";
import { releaseSkew } from "./contract.ts";
import { endpointSource } from "./endpoint.ts";
import { launchDifference, readLaunchSettings } from "./launch_record.ts";
import { type LaunchFlags, loadLaunch } from "./launch_settings.ts";
import { startDaemon } from "./start.ts";

export interface EnsureOptions {
  /** `--device host[:port]`: the model server that the daemon must use. */
  device?: string;
  env?: Env;
  paths?: Paths;
  /** `DAEMON_ENTRY`, unless a test brings its own. */
  entry?: string;
  /** What is said meanwhile stays, because the line that it stands in cannot be taken back, or must not. */
  isPlain?: boolean;
  signal?: AbortSignal;
}

/**
 * Attaches to the running daemon, or starts one.
 * @throws {CliError} when none can be started (exit code 4), or the running one uses another model server than `device`
 */
export async function ensureDaemon(options: EnsureOptions = {}): Promise<EndpointSource> {
  const { device, env = Deno.env.toObject(), entry, isPlain = env.TERM === "dumb", signal } = options;
  const paths = options.paths ?? resolvePaths(env);
  const flags: LaunchFlags = { device };
  const launch = await loadLaunch(paths, env, flags);
  const progress = Deno.stderr.isTerminal();
  let waiting = false;
  try {
    const started = await startDaemon({
      paths,
      launch,
      env,
      entry,
      signal,
      onSpawn: () => {
        waiting = progress && !isPlain;
        if (progress) writeErr(`Starting the Opta daemon …${isPlain ? "\n" : ""}`);
      },
    });
    if (!started.startedHere) {
      const skew = releaseSkew(started.daemon.health.version);
      if (skew) note(skew.message);
      const running = await readLaunchSettings(paths.stateDir, started.daemon.state.daemonId);
      const difference = running && launchDifference(running, launch.settings, flags);
      if (difference) reportDifference(difference, device);
    }
  } finally {
    if (waiting) writeErr("\r\x1b[K");
  }
  return endpointSource(paths.stateDir);
}

/** A server that was named in this very command must be the one that answers; a changed setting may wait. */
function reportDifference(difference: string, device: string | undefined): void {
  const message = `The running daemon keeps its settings: ${difference}`;
  if (device === undefined) return note(`${message}. Change that with "opta daemon restart"`);
  throw new CliError(`${message}. Change that with "opta daemon restart --device ${device}"`);
}
