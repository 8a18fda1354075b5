/** Tells the client library where the daemon is, from the state file as it stands at that moment. */
import type { EndpointSource } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { baseUrl, readState } from "./find.ts";

/** Reads the file anew at each call, so that a daemon which has restarted is found with its new token and port. */
export function endpointSource(stateDir: string): EndpointSource {
  return async (signal) => {
    signal.throwIfAborted();
    const found = await readState(stateDir);
    if (found.kind === "state") return { baseUrl: baseUrl(found.state), token: found.state.token };
    const message = `Cannot reach the Opta daemon: ${found.reason}. Start it with "opta daemon start"`;
    throw new CliError(message, ExitCode.daemonUnreachable);
  };
}
