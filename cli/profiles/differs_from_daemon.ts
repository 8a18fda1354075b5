/** Whether a daemon runs that was started with other settings than those in force now. */
import { findDaemon } from "../daemon_control/find.ts";
import { readLaunchSettings } from "../daemon_control/launch_record.ts";
import { LaunchSettings, loadLaunch } from "../daemon_control/launch_settings.ts";
import type { Env, Paths } from "../paths.ts";

/** Where it listens is left out: that is no setting of a model. */
export async function differsFromDaemon(paths: Paths, env: Env): Promise<boolean> {
  const found = await findDaemon(paths.stateDir);
  if (found.kind === "absent") return false;
  const running = await readLaunchSettings(paths.stateDir, found.state.daemonId);
  if (!running) return true; // nobody knows
  const { settings } = await loadLaunch(paths, env);
  const { host, ports } = running;
  const wanted = LaunchSettings.parse({ ...settings, host, ports }); // its keys in the order of the record's
  return JSON.stringify(running) !== JSON.stringify(wanted);
}
