/** The daemon as the commands about models need it, and what its refusals mean for whoever runs them. */
import { Api, ApiError } from "@opta/protocol/client";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { CliError, ExitCode } from "../exit.ts";
import type { Env, Paths } from "../paths.ts";

export interface ModelsContext {
  env: Env;
  paths: Paths;
  /** `--device host[:port]`: the model server that is meant. */
  device?: string;
}

/** Attaches to the daemon or starts it; with `--device` it must be one that uses that server, as for a chat. */
export async function connectModels({ env, paths, device }: ModelsContext): Promise<Api> {
  return new Api(await ensureDaemon({ env, paths, device }));
}

/** Refusals that mean that there is no model server to ask. */
const NO_SERVER: ReadonlySet<string> = new Set(["no_model_server", "lmx_unreachable"]);

/** The same error, with the exit code that scripts expect. */
export function withExitCode(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const exitCode = NO_SERVER.has(error.code)
    ? ExitCode.noModelServer
    : error.code === "not_found"
    ? ExitCode.usage
    : ExitCode.failed;
  return new CliError(error.message, exitCode, { cause: error });
}
