/** What lists show of sessions. */
import type { SessionState, SessionSummary } from "@opta/protocol";
import type { SessionRow } from "../store/store.ts";
import { openRequests } from "./ask_permission.ts";
import { sessionIndex } from "./session_log.ts";

export function summaryOf(state: SessionState): SessionSummary {
  return {
    sessionId: state.sessionId,
    ...sessionIndex(state),
    headSeq: state.seq,
    pendingPermissions: pendingPermissions(state),
  };
}

export function pendingPermissions(state: SessionState): number {
  return state.active ? openRequests(state, state.active.turnId).length : 0;
}

/** Of a session in which nothing runs. */
export function summarize({ epoch: _, ...row }: SessionRow): SessionSummary {
  return { ...row, pendingPermissions: 0 };
}
