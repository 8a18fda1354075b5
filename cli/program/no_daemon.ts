/** Whether a command does without a daemon: `--no-daemon`, or `OPTA_NO_DAEMON`. */
import { CliError, ExitCode } from "../exit.ts";
import type { Env } from "../paths.ts";

const YES: ReadonlySet<string> = new Set(["1", "true", "yes"]);
const NO: ReadonlySet<string> = new Set(["", "0", "false", "no"]);

/** @throws {CliError} for a value of the variable that is neither yes nor no */
export function isWithoutDaemon({ daemon }: { daemon?: boolean }, { OPTA_NO_DAEMON = "" }: Env): boolean {
  if (daemon === false) return true;
  const value = OPTA_NO_DAEMON.toLowerCase();
  if (YES.has(value)) return true;
  if (NO.has(value)) return false;
  throw new CliError(`OPTA_NO_DAEMON is ${JSON.stringify(OPTA_NO_DAEMON)}: must be 1 or 0, yes or no`, ExitCode.usage);
}
