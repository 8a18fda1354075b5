/** The latest session that works in a folder. */
import type { Api } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";

/** Sessions that are looked at, the latest first: each costs a request. */
const MAX_SEARCHED = 50;

/** @throws {CliError} when there is none */
export async function sessionHere(api: Api, cwd: string, signal: AbortSignal): Promise<string> {
  const { sessions } = await api.call("listSessions", { query: { limit: MAX_SEARCHED }, signal });
  for (const { sessionId } of sessions) {
    const { workspace } = await api.call("getSession", { params: { sessionId }, signal });
    if (workspace?.cwd === cwd) return sessionId;
  }
  throw new CliError(
    'No recent session works in this folder. Name one; "opta sessions list" lists them',
    ExitCode.usage,
  );
}
