/** Tells the client library where the daemon is, from the state file as it stands at that moment. */
import type { EndpointSource } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { baseUrl, findDaemon, readState } from "./find.ts";

/** Reads the file anew at each call, so that a daemon which has restarted is found with its new token and port. */
export function endpointSource(stateDir: string): EndpointSource {
  return async (signal) => {
    signal.throwIfAborted();
    const stated = await readState(stateDir);
    const found = stated.kind === "state" ? stated : await findDaemon(stateDir, signal); // which may repair the file
    if (found.kind !== "absent") return { baseUrl: baseUrl(found.state), token: found.state.token };
    const message = `Cannot reach the Opta daemon: ${found.reason}. Start it with "opta daemon start"`;
    throw new CliError(message, ExitCode.daemonUnreachable);
  };
}
