/** The error of the JSON document that scripts read, for what went wrong before or beside a turn. */
import { ApiError } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";

export function errorDocument(error: unknown): { code: string; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof ApiError) return { code: error.code, message };
  return { code: (error instanceof CliError && errorCodes[error.exitCode]) || "failed", message };
}

const errorCodes: Partial<Record<ExitCode, string>> = {
  [ExitCode.usage]: "invalid_request",
  [ExitCode.daemonUnreachable]: "daemon_unreachable",
  [ExitCode.cancelled]: "cancelled",
};
