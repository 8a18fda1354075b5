/** The `opta` command: the one place where errors become a line on standard error and an exit code. */
import { CommanderError } from "@commander-js/extra-typings";
import { normalizeArgs } from "./arguments.ts";
import { CliError, ExitCode } from "./exit.ts";
import { families } from "./families.ts";
import { noProxyWithLoopback } from "./no_proxy.ts";
import { note, OutputClosed } from "./output.ts";
import { resolvePaths } from "./paths.ts";
import { createProgram } from "./program.ts";

/** Asked for the help of a command that does not exist, the parser shows its own, as if all were well. */
function withoutVainHelp(args: string[]): string[] {
  const [command = "-"] = args;
  const isKnown = command.startsWith("-") || families.some(({ name }) => name === command);
  return isKnown ? args : args.filter((arg) => arg !== "--help" && arg !== "-h");
}

/** What a failure means for whoever runs the command. */
async function report(error: unknown, debug: boolean): Promise<ExitCode> {
  if (error instanceof OutputClosed) return ExitCode.done; // `opta … | head` has seen enough
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.usage; // said already
  note(error instanceof Error ? error.message : String(error));
  if (debug) note(Deno.inspect(error));
  if (error instanceof CliError) return error.exitCode;
  const { ApiError, DaemonUnreachableError } = await import("@opta/protocol/client");
  if (error instanceof ApiError) await noteSkew(error);
  return error instanceof DaemonUnreachableError ? ExitCode.daemonUnreachable : ExitCode.failed;
}

/** What a daemon of another release does not know, or says in another way, comes as an error that does not tell why. */
async function noteSkew({ code }: { code: string }): Promise<void> {
  if (!["not_found", "method_not_allowed", "invalid_request", "bad_response"].includes(code)) return;
  const { readDaemonVersion } = await import("./daemon_control/daemon_version.ts");
  const daemon = await readDaemonVersion(resolvePaths(Deno.env.toObject()).stateDir).catch(() => null);
  if (daemon?.skew) note(daemon.skew);
}

if (import.meta.main) {
  Deno.env.set("NO_PROXY", noProxyWithLoopback(Deno.env.toObject())); // before the first request, which reads it
  const program = createProgram();
  try {
    await program.parseAsync(withoutVainHelp(normalizeArgs(Deno.args)), { from: "user" });
  } catch (error) {
    Deno.exitCode = await report(error, program.opts().debug ?? false);
  }
  Deno.exit(); // whatever may still be open has served its purpose
}
