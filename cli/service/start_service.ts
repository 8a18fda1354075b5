/**
 * Starts and stops the daemon by way of its service, where one is installed: a daemon that somebody else starts would not
 * be started again after a crash, and one that is stopped behind the back of its supervisor might be.
 */
import { findDaemon, type RunningDaemon } from "../daemon_control/find.ts";
import { type Launch, loadLaunch } from "../daemon_control/launch_settings.ts";
import { findCommand } from "../daemon_control/lock.ts";
import { stopDaemon, type StopResult } from "../daemon_control/stop.ts";
import { ensureFolders, type Env, type Paths } from "../paths.ts";
import { SupervisorError } from "./ask_supervisor.ts";
import { installedService } from "./installed_service.ts";
import { serviceEnv } from "./service_facts.ts";
import type { Supervisor } from "./supervisor.ts";
import { waitForService } from "./wait_for_service.ts";

export interface ServiceStart {
  daemon: RunningDaemon | null;
  /** Why it is to be started by hand, when somebody may have expected otherwise. */
  note: string | null;
}

/**
 * @param launch what the daemon is to be started with
 * @returns no daemon when one runs already, none can start now, or it is to be started by hand
 */
export async function startAsService(
  { paths, env, launch, service }: { paths: Paths; env: Env; launch: Launch; service?: Supervisor | null },
): Promise<ServiceStart> {
  const supervisor = service === undefined ? await installedService(paths, env) : service;
  if (!supervisor || (await findDaemon(paths.stateDir)).kind !== "absent") return { daemon: null, note: null };
  if (await findCommand(paths.stateDir)) return { daemon: null, note: null }; // a supervisor would try over and over
  const own = await loadLaunch(paths, serviceEnv(paths, env));
  if (JSON.stringify(own) !== JSON.stringify(launch)) {
    const note =
      "The daemon is started apart from its service, which does not see the flags and variables of this shell";
    return { daemon: null, note };
  }
  await ensureFolders(paths);
  try {
    await supervisor.restart(); // also when it is still about to end
    return { daemon: await waitForService(supervisor, paths.stateDir), note: null };
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    await supervisor.stop().catch(() => {}); // it must not go on trying beside the daemon that is started now
    return { daemon: null, note: `The daemon is started apart from its service: ${error.message}` };
  }
}

/** Stops the service, so that it is not started again, and whatever daemon is left then. */
export async function stopWithService(paths: Paths, env: Env): Promise<StopResult> {
  const supervisor = await installedService(paths, env);
  const before = supervisor && await findDaemon(paths.stateDir);
  await supervisor?.stop().catch(() => {}); // without its supervisor it has only itself to stop
  const result = await stopDaemon(paths.stateDir);
  if (result.wasRunning || !before || before.kind === "absent") return result;
  return { wasRunning: true, pid: before.state.pid, forced: false };
}
