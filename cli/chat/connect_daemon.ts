/**
 * The daemon for as long as a command needs one: attached to or started now, and brought back if it goes; or, without a
 * daemon, its engine within this process, which ends with the command.
 */
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { loadLaunch } from "../daemon_control/launch_settings.ts";
import { startDaemon } from "../daemon_control/start.ts";
import { note } from "../output/output.ts";
import { type Env, resolvePaths } from "../paths.ts";
import { Revival } from "./revival.ts";

/** With it comes all of the daemon. Deno reads at once whatever an import names, so that this name is one it cannot see. */
const ENGINE = "../in_process/engine.ts";

export interface ConnectOptions {
  env: Env;
  /** `--device host[:port]`: the model server that the daemon must use. */
  device?: string;
  /** Nothing that is said may be taken back. */
  isPlain?: boolean;
  /** Without a daemon, see `isWithoutDaemon`. */
  isInProcess?: boolean;
  /** It is not said that there is no daemon, and who is waited for. */
  isQuiet?: boolean;
  /** The daemon is gone and cannot be brought back; called once for each reason in a row. */
  onFailure(message: string): void;
  signal: AbortSignal;
}

/** @throws {CliError} when there is no daemon and none can be started, or the signal's reason */
export async function connectDaemon(options: ConnectOptions): Promise<Revival> {
  if (options.isInProcess) return await connectInProcess(options);
  const { env, device, isPlain, onFailure, signal } = options;
  const paths = resolvePaths(env);
  return new Revival({
    find: await ensureDaemon({ env, paths, device, isPlain, signal }),
    start: async (signal) =>
      await startDaemon({ paths, launch: await loadLaunch(paths, env, { device }), env, signal }),
    onFailure,
    now: () => performance.now(),
  });
}

async function connectInProcess({ env, device, isQuiet, onFailure, signal }: ConnectOptions): Promise<Revival> {
  const { startEngine }: typeof import("../in_process/engine.ts") = await import(ENGINE);
  const engine = await startEngine({ paths: resolvePaths(env), env, device, isQuiet, signal });
  if (!isQuiet) note("no daemon: turns run in this command, and end with it");
  return new Revival({
    find: engine.endpoint,
    start: () => Promise.try(() => engine.requireAlive()),
    onFailure,
    now: () => performance.now(),
    close: () => engine[Symbol.asyncDispose](),
  });
}
