/** The `opta` command: the one place where errors become a line on standard error and an exit code. */
import { CommanderError } from "@commander-js/extra-typings";
import { normalizeArgs } from "./arguments.ts";
import { CliError, ExitCode } from "./exit.ts";
import { noProxyWithLoopback } from "./no_proxy.ts";
import { note, OutputClosed } from "./output.ts";
import { createProgram } from "./program.ts";

/** What a failure means for whoever runs the command. */
async function report(error: unknown, debug: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return ExitCode.done; // `opta … | head` has seen enough
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage; // said already
  note(error instanceof Error ? error.message : String(error));
  if (debug) note(Deno.inspect(error));
  if (error instanceof CliError) return error.exitCode;
  const { DaemonUnreachableError } = await import("@opta/protocol/client");
  return error instanceof DaemonUnreachableError ? ExitCode.daemonUnreachable : ExitCode.failed;
}

if (import.meta.main) {
  Deno.env.set("NO_PROXY", noProxyWithLoopback(Deno.env.toObject())); // before the first request, which reads it
  const program = createProgram();
  try {
    await program.parseAsync(normalizeArgs(Deno.args), { from: "user" });
  } catch (error) {
    Deno.exitCode = await report(error, program.opts().debug ?? false);
  }
  Deno.exit(); // whatever may still be open has served its purpose
}
