/** `opta sessions delete`, and `restore`, which takes it back. */
import { Api, ApiError } from "@opta/protocol/client";
import { forgetCache } from "../completions/value_cache.ts";
import { findDeletedSession, findSession } from "../chat/find_session.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { CliError, ExitCode } from "../exit.ts";
import { formatTime } from "../output/format_time.ts";
import { Interrupt } from "../interrupt.ts";
import { confirm } from "../models/confirm.ts";
import { note, writeJson, writeOut } from "../output/output.ts";
import { resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../output/sanitize.ts";

export interface DeleteFlags {
  yes?: true;
  /** For good, also what was deleted before. */
  now?: true;
  json?: true;
}

export async function deleteSessions(wanted: string[], { yes, now, json }: DeleteFlags): Promise<ExitCode> {
  return await changeEach("deleted", wanted, json, async (one, api, signal) => {
    const sessionId = await findEither(api, one, now === true, signal);
    if (!yes) await confirm(await questionFor(api, sessionId, now === true, signal), signal);
    const query = now ? { now: "1" as const } : {};
    const { restorableUntil } = await api.call("deleteSession", { params: { sessionId }, query, signal });
    await forgetCache(resolvePaths(Deno.env.toObject()).stateDir);
    const wayBack = restorableUntil === null
      ? null
      : `"opta sessions restore ${sessionId}" brings it back until ${formatTime(restorableUntil)}`;
    return { sessionId, wayBack };
  });
}

export async function restoreSessions(wanted: string[], json?: true): Promise<ExitCode> {
  return await changeEach("restored", wanted, json, async (one, api, signal) => {
    const sessionId = await findDeletedSession(api, one, signal);
    await api.call("restoreSession", { params: { sessionId }, body: {}, signal });
    return { sessionId, wayBack: null };
  });
}

type Change = (wanted: string, api: Api, signal: AbortSignal) => Promise<{ sessionId: string; wayBack: string | null }>;

/** One after another, each said when it is done; in JSON all that were done, also where a later one was not. */
async function changeEach(
  what: "deleted" | "restored",
  wanted: string[],
  json: true | undefined,
  change: Change,
): Promise<ExitCode> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  const done: string[] = [];
  try {
    const api = new Api(await ensureDaemon({ env: Deno.env.toObject(), signal }));
    for (const one of wanted) {
      const { sessionId, wayBack } = await change(one, api, signal);
      done.push(sessionId);
      if (json) continue;
      writeOut(`${what} ${sessionId}\n`);
      if (wayBack !== null) note(wayBack);
    }
    return ExitCode.done;
  } catch (error) {
    if (signal.aborted) return ExitCode.cancelled;
    throw error;
  } finally {
    if (json && done.length > 0) writeJson({ [what]: done });
  }
}

/** With `alsoDeleted`, a session that was deleted before is meant as well. */
async function findEither(api: Api, wanted: string, alsoDeleted: boolean, signal: AbortSignal): Promise<string> {
  try {
    return await findSession(api, wanted, signal);
  } catch (error) {
    if (!alsoDeleted || !(error instanceof CliError)) throw error;
    return await findDeletedSession(api, wanted, signal).catch(() => Promise.reject(error));
  }
}

async function questionFor(api: Api, sessionId: string, forGood: boolean, signal: AbortSignal): Promise<string> {
  const how = forGood ? " for good? It cannot be restored." : "?";
  try {
    const { title, activeTurnId } = await api.call("getSession", { params: { sessionId }, signal });
    const running = activeTurnId === null ? "" : " A turn runs there and will be cancelled.";
    return `Delete ${sessionId}, "${sanitizeLine(title) || "untitled"}", with all of its history${how}${running}`;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404 && forGood) {
      return `Delete ${sessionId}, which was deleted before${how}`;
    }
    if (error instanceof ApiError) throw new CliError(error.message, ExitCode.failed, { cause: error });
    throw error;
  }
}
