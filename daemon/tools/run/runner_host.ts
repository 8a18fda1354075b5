/** How the runner is started: what it may touch, and what it is told of the session. */
import { fileURLToPath } from "node:url";
import type { HostOptions } from "../host/host_process.ts";
import { runtimeEnv } from "../host/runtime_env.ts";
import type { Workspace } from "../tool.ts";
import { allowedOf, COMMAND_VARIABLES } from "./command_env.ts";
import { type RunnerSettings, SETTINGS_VARIABLE } from "./runner_frame.ts";

export interface RunnerOptions {
  workspace: Workspace;
  /** The daemon's environment, as far as it may read it: `COMMAND_VARIABLES` and `RUNTIME_VARIABLES` are taken from it. */
  env: Readonly<Record<string, string | undefined>>;
  /** The daemon's own folder: never seen by a command in a sandbox. */
  stateDir: string;
  /** What else is hidden if it exists, beside the known places of secrets. */
  hidden?: readonly string[];
  /** The session's folder for temporary files, made and removed by the daemon; without one each command has its own. */
  tempDir?: string;
  /** Whether commands in a sandbox reach the network: package installs need it. */
  network?: boolean;
  /** Instead of the best that works on this machine. */
  confinement?: RunnerSettings["confinement"];
}

/** Any program, for the sandbox and the shell are programs; beside that, looks at the workspace's paths, and no network. */
export function runnerHost(options: RunnerOptions): HostOptions {
  const { workspace, env, stateDir, hidden = [], tempDir = null, network = true, confinement = "auto" } = options;
  const settings: RunnerSettings = { roots: workspace.roots, stateDir, tempDir, network, confinement, hidden };
  const folders = workspace.roots.map((root) => root.replaceAll(",", ",,")); // a single comma would begin another path
  return {
    entry: fileURLToPath(new URL("./runner_host_main.ts", import.meta.url)),
    permissions: [
      "--allow-run", // not by name: the user's PATH decides what a shell is, and groups are ended by number
      `--allow-read=${folders.join(",")}`,
      `--allow-env=${[...COMMAND_VARIABLES, SETTINGS_VARIABLE].join(",")}`,
    ],
    env: { ...runtimeEnv(env), ...allowedOf(env), [SETTINGS_VARIABLE]: JSON.stringify(settings) },
  };
}
