/** Runs what is on the command line: the one place where errors become a line on standard error and an exit code. */
import { CommanderError } from "@commander-js/extra-typings";
import { normalizeArgs } from "./arguments.ts";
import { CliError, ExitCode } from "../exit.ts";
import { note, OutputClosed } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { createProgram } from "./program.ts";

/** Loaded when there is a failure to tell: Deno reads at once whatever else an import names. */
const CLIENT = "@opta/protocol/client";
const DAEMON_VERSION = "../daemon_control/daemon_version.ts";

/** What a failure means for whoever runs the command. */
async function report(error: unknown, debug: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return ExitCode.done; // `opta … | head` has seen enough
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage; // said already
  note(error instanceof Error ? error.message : String(error));
  if (debug) note(Deno.inspect(error));
  if (error instanceof CliError) return error.exitCode;
  const { ApiError, DaemonUnreachableError }: typeof import("@opta/protocol/client") = await import(CLIENT);
  if (error instanceof ApiError) await noteSkew(error);
  return error instanceof DaemonUnreachableError ? ExitCode.daemonUnreachable : ExitCode.failed;
}

/** What a daemon of another release does not know, or says in another way, comes as an error that does not tell why. */
async function noteSkew({ code }: { code: string }): Promise<void> {
  if (!["not_found", "method_not_allowed", "invalid_request", "bad_response"].includes(code)) return;
  const { readDaemonVersion }: typeof import("../daemon_control/daemon_version.ts") = await import(DAEMON_VERSION);
  const daemon = await readDaemonVersion(resolvePaths(Deno.env.toObject()).stateDir).catch(() => null);
  if (daemon?.skew) note(daemon.skew);
}

/** @returns when the command has ended; how it went is `Deno.exitCode` */
export async function runCommand(args: readonly string[]): Promise<void> {
  const program = createProgram();
  try {
    await program.parseAsync(normalizeArgs(args), { from: "user" });
  } catch (error) {
    Deno.exitCode = await report(error, program.opts().debug ?? false);
  }
}
