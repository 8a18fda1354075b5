/** The session that a user means by an id, by its beginning, or by "latest". */
import type { Api } from "@opta/protocol/client";
import { ApiError } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { sanitizeLine } from "../sanitize.ts";

/** Every id that the daemon makes begins with this; nobody needs to type it. */
const ID_PREFIX = "sess_";
/** Means the session in which something happened last. */
const LATEST = "latest";
/** Recent sessions in which a beginning is looked for: as many as one page may hold. */
const MAX_SEARCHED = 200;

/** @throws {CliError} when no session is meant, or more than one */
export async function findSession(api: Api, wanted: string, signal?: AbortSignal): Promise<string> {
  const { sessions } = await api.call("listSessions", { query: { limit: MAX_SEARCHED }, signal });
  const ids = sessions.map(({ sessionId }) => sessionId);
  if (ids.includes(wanted)) return wanted;
  if (wanted === LATEST && ids[0] !== undefined) return ids[0];
  const isEmpty = ID_PREFIX.startsWith(wanted); // as a script's variable that was never set: it would mean any session
  const matches = isEmpty ? [] : ids.filter((id) => id.startsWith(wanted) || id.startsWith(ID_PREFIX + wanted));
  if (matches.length === 1) return matches[0]!;
  const shown = JSON.stringify(sanitizeLine(wanted));
  if (matches.length > 1) {
    throw new CliError(`${matches.length} sessions begin with ${shown}: give more of the id`, ExitCode.usage);
  }
  if (!isEmpty && await exists(api, wanted, signal)) return wanted;
  throw new CliError(`There is no session ${shown}. List them with "opta sessions list"`, ExitCode.usage);
}

/** Whether it is a session beyond the recent ones. */
async function exists(api: Api, sessionId: string, signal?: AbortSignal): Promise<boolean> {
  try {
    await api.call("readEvents", { params: { sessionId }, query: { limit: 1 }, signal });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}
