/** Runs what is on the command line: the one place where errors become a line on standard error and an exit code. */
import { CommanderError } from "@commander-js/extra-typings";
import { normalizeArgs } from "./arguments.ts";
import { CliError, ExitCode } from "./exit.ts";
import { note, OutputClosed } from "./output.ts";
import { createProgram } from "./program.ts";

/** Loaded when there is a failure to tell: Deno reads at once whatever else an import names. */
const CLIENT = "@opta/protocol/client";

/** What a failure means for whoever runs the command. */
async function report(error: unknown, debug: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return ExitCode.done; // `opta … | head` has seen enough
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage; // said already
  note(error instanceof Error ? error.message : String(error));
  if (debug) note(Deno.inspect(error));
  if (error instanceof CliError) return error.exitCode;
  const { DaemonUnreachableError }: typeof import("@opta/protocol/client") = await import(CLIENT);
  return error instanceof DaemonUnreachableError ? ExitCode.daemonUnreachable : ExitCode.failed;
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
