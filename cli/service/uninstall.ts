/** Takes the service away again: stops it, and removes its description if it is Opta's. */
import { findDaemon } from "../daemon_control/find.ts";
import { CliError } from "../exit.ts";
import type { Paths } from "../paths.ts";
import { SupervisorError } from "./ask_supervisor.ts";
import { ownerOf } from "./installed_service.ts";
import type { Supervisor } from "./supervisor.ts";

export interface UninstallResult {
  supervisor: string;
  place: string;
  wasInstalled: boolean;
  /** What did not work, and what to do about it. */
  problem: string | null;
  /** A daemon that goes on, for the service did not run it. */
  daemon: { pid: number } | null;
}

/** @throws {CliError} when what is installed is not Opta's, or not the service of this folder; it is left alone */
export async function uninstallService(paths: Paths, supervisor: Supervisor): Promise<UninstallResult> {
  const { name, place } = supervisor;
  const owner = ownerOf(supervisor, await supervisor.read(), paths.home);
  if (owner === "somebody else") {
    throw new CliError(`Cannot uninstall the service: ${place} is not Opta's, and is left alone`);
  }
  if (owner === "another folder") {
    throw new CliError(
      `Cannot uninstall the service: it is that of another OPTA_HOME, which ${place} names. Set OPTA_HOME to that one, ` +
        "and try again",
    );
  }
  if (owner === "nobody") return { supervisor: name, place, wasInstalled: false, problem: null, daemon: null };
  let problem: string | null = null;
  try {
    await supervisor.remove();
  } catch (error) {
    if (!(error instanceof SupervisorError)) throw error;
    problem = `The service is removed, but ${error.message}. If its daemon runs, end it with "opta daemon stop"`;
  }
  const found = await findDaemon(paths.stateDir);
  return {
    supervisor: name,
    place,
    wasInstalled: true,
    problem,
    daemon: found.kind === "absent" ? null : { pid: found.state.pid },
  };
}
