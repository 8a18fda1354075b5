/** Tells the client library where the daemon is, from the state file as it stands at that moment. */
import { VERSION } from "@opta/protocol";
import type { EndpointSource } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { baseUrl, findDaemon, readState } from "./find.ts";

/** Reads the file anew at each call, so that a daemon which has restarted is found with its new token and port. */
export function endpointSource(stateDir: string): EndpointSource {
  return async (signal) => {
    signal.throwIfAborted();
    const stated = await readState(stateDir);
    // The daemon of another release may speak another contract; and a file that cannot be read may be repaired.
    const isPlain = stated.kind === "state" && stated.state.version === VERSION;
    const found = isPlain ? stated : await findDaemon(stateDir, signal);
    if (found.kind === "mismatch") throw new CliError(found.problem, ExitCode.daemonUnreachable);
    if (found.kind !== "absent") return { baseUrl: baseUrl(found.state), token: found.state.token };
    const message = `Cannot reach the Opta daemon: ${found.reason}. Start it with "opta daemon start"`;
    throw new CliError(message, ExitCode.daemonUnreachable);
  };
}
