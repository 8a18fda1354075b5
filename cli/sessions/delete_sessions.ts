/** `opta sessions delete`, and `restore`, which takes it back. */
import type { SessionSummary } from "@opta/protocol";
import { Api, ApiError } from "@opta/protocol/client";
import { forgetCache } from "../completions/value_cache.ts";
import { findDeletedSession, findSession } from "../chat/find_session.ts";
import { ensureDaemon } from "../daemon_control/ensure.ts";
import { CliError, ExitCode } from "../exit.ts";
import { formatTime } from "../format_time.ts";
import { Interrupt } from "../interrupt.ts";
import { confirm } from "../models/confirm.ts";
import { note, writeJson, writeOut } from "../output.ts";
import { resolvePaths } from "../paths.ts";
import { sanitizeLine } from "../sanitize.ts";

export interface DeleteFlags {
  yes?: true;
  /** For good, also what was deleted before. */
  now?: true;
  json?: true;
}

export async function deleteSessions(wanted: string[], { yes, now, json }: DeleteFlags): Promise<ExitCode> {
  const deleted: string[] = [];
  return await withDaemon(async (api, signal) => {
    for (const one of wanted) {
      const sessionId = await findEither(api, one, now === true, signal);
      if (!yes) await confirm(await questionFor(api, sessionId, now === true, signal));
      const query = now ? { now: "1" as const } : {};
      const { restorableUntil } = await api.call("deleteSession", { params: { sessionId }, query, signal });
      deleted.push(sessionId);
      await forgetCache(resolvePaths(Deno.env.toObject()).stateDir);
      if (json) continue;
      writeOut(`deleted ${sessionId}\n`);
      if (restorableUntil === null) continue;
      note(`"opta sessions restore ${sessionId}" brings it back until ${formatTime(restorableUntil)}`);
    }
    if (json) writeJson({ deleted });
    return ExitCode.done;
  });
}

export async function restoreSessions(wanted: string[], json?: true): Promise<ExitCode> {
  const restored: SessionSummary[] = [];
  return await withDaemon(async (api, signal) => {
    for (const one of wanted) {
      const sessionId = await findDeletedSession(api, one, signal);
      const summary = await api.call("restoreSession", { params: { sessionId }, body: {}, signal });
      restored.push(summary);
      if (!json) writeOut(`restored ${sessionId}\n`);
    }
    if (json) writeJson({ restored: restored.map(({ sessionId }) => sessionId) });
    return ExitCode.done;
  });
}

async function withDaemon(act: (api: Api, signal: AbortSignal) => Promise<ExitCode>): Promise<ExitCode> {
  using interrupt = new Interrupt();
  const { signal } = interrupt;
  try {
    return await act(new Api(await ensureDaemon({ env: Deno.env.toObject(), signal })), signal);
  } catch (error) {
    if (signal.aborted) return ExitCode.cancelled;
    throw error;
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
