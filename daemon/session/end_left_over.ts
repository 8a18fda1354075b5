/** How that ends in the log which a daemon that is no more has left running in a session [X1]. Pure. */
import type { BackgroundProcess, EventDraft, SessionState, Turn } from "@opta/protocol";
import { openRequests, withdraw } from "./ask_permission.ts";
import { cancelled } from "./turn.ts";

/**
 * @param endOf how the turn ends, unless it was being cancelled
 * @param hasProcess whether a background process runs in this daemon
 */
export function endLeftOver(
  state: SessionState,
  endOf: (turn: Turn) => EventDraft,
  hasProcess: (processId: string) => boolean,
): EventDraft[] {
  const { active, background, updatedAt } = state;
  const lost = Object.values(background).filter(({ state, processId }) =>
    state === "running" && !hasProcess(processId)
  );
  const drafts = lost.map((process) => killed(process, updatedAt));
  if (!active) return drafts;
  const requests = openRequests(state, active.turnId).map((requestId) => withdraw(requestId, "cancelled"));
  return [...drafts, ...requests, active.cancelRequested ? cancelled(active) : endOf(active)];
}

/** @param lastSeenAt the last that is known of the daemon that ran it */
function killed(process: BackgroundProcess, lastSeenAt: string): EventDraft {
  const runtimeMs = Math.max(0, Date.parse(lastSeenAt) - Date.parse(process.startedAt)) || 0;
  const ended = { ...process, state: "killed", endedAt: lastSeenAt, runtimeMs };
  return { event: "background.status", payload: { process: ended, reason: "killed" } };
}
