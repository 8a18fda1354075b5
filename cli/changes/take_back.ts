/** Asks the daemon to take changes back. */
import type { UndoBody, UndoResult } from "@opta/protocol";
import type { Api } from "@opta/protocol/client";

/** Milliseconds for the answer: somewhat longer than the daemon gives itself. */
const UNDO_TIMEOUT_MS = 75_000;

/** @throws {ApiError | DaemonUnreachableError} or the signal's reason: then it may have been done all the same */
export async function takeBack(api: Api, sessionId: string, body: UndoBody, signal: AbortSignal): Promise<UndoResult> {
  return await api.call("undoChanges", { params: { sessionId }, body, signal, timeoutMs: UNDO_TIMEOUT_MS });
}
