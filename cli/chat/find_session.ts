/** The session that a user means by an id, by its beginning, or by "latest". */
import type { Api } from "@opta/protocol/client";
import { ApiError } from "@opta/protocol/client";
import { CliError, ExitCode } from "../exit.ts";
import { sanitizeLine } from "../output/sanitize.ts";

/** Every id that the daemon makes begins with this; nobody needs to type it. */
const ID_PREFIX = "sess_";
/** Means the session in which something happened last. */
const LATEST = "latest";
/** Recent sessions in which a beginning is looked for: as many as one page may hold. */
const MAX_SEARCHED = 200;

/** @throws {CliError} when no session is meant, or more than one */
export async function findSession(api: Api, wanted: string, signal?: AbortSignal): Promise<string> {
  const { sessions } = await api.call("listSessions", { query: { limit: MAX_SEARCHED }, signal });
  const found = pickSession(sessions, wanted);
  if (found !== null) return found;
  if (!isEmpty(wanted) && await exists(api, wanted, signal)) return wanted;
  const shown = JSON.stringify(sanitizeLine(wanted));
  throw new CliError(`There is no session ${shown}. List them with "opta sessions list"`, ExitCode.usage);
}

/**
 * A deleted session that can be restored; "latest" is the one that was deleted last.
 *
 * @throws {CliError} likewise
 */
export async function findDeletedSession(api: Api, wanted: string, signal?: AbortSignal): Promise<string> {
  for await (const sessions of deletedSessions(api, signal)) {
    const found = pickSession(sessions, wanted);
    if (found !== null) return found;
  }
  const shown = JSON.stringify(sanitizeLine(wanted));
  const where = 'List those that can be restored with "opta sessions list --deleted"';
  throw new CliError(`There is no deleted session ${shown}. ${where}`, ExitCode.usage);
}

/** Whether it was deleted and can be restored. */
export async function isDeleted(api: Api, sessionId: string, signal?: AbortSignal): Promise<boolean> {
  for await (const sessions of deletedSessions(api, signal)) {
    if (sessions.some((session) => session.sessionId === sessionId)) return true;
  }
  return false;
}

/** All of those that can be restored, a page at a time, the one that was deleted last in front. */
async function* deletedSessions(api: Api, signal?: AbortSignal): AsyncGenerator<{ sessionId: string }[]> {
  let cursor: string | undefined;
  do {
    const query = { deleted: "1" as const, limit: MAX_SEARCHED, cursor };
    const { sessions, nextCursor } = await api.call("listSessions", { query, signal });
    yield sessions;
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** The one that is meant, or `null`. @throws {CliError} when it may be any of several */
function pickSession(sessions: readonly { sessionId: string }[], wanted: string): string | null {
  const ids = sessions.map(({ sessionId }) => sessionId);
  if (ids.includes(wanted)) return wanted;
  if (wanted === LATEST && ids[0] !== undefined) return ids[0];
  const matches = isEmpty(wanted) ? [] : ids.filter((id) => id.startsWith(wanted) || id.startsWith(ID_PREFIX + wanted));
  if (matches.length <= 1) return matches[0] ?? null;
  const shown = JSON.stringify(sanitizeLine(wanted));
  throw new CliError(`${matches.length} sessions begin with ${shown}: give more of the id`, ExitCode.usage);
}

/** As a script's variable that was never set: it would mean any session. */
function isEmpty(wanted: string): boolean {
  return ID_PREFIX.startsWith(wanted);
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
