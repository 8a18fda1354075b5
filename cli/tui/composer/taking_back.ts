/** What became of a turn that was to be taken out of the queue. Pure. */
import type { CancelResult, SessionState } from "@opta/protocol";

/** `waited`: it never began, and never will. `begun`: it had, and is cancelled. `missed`: it goes its way. */
export type TakenBack = "waited" | "begun" | "missed";

/** @param state after the daemon has answered */
export function takenBack(result: CancelResult, { turns }: Pick<SessionState, "turns">, turnId: string): TakenBack {
  if (result.cancelledQueued > 0) return "waited";
  if (result.cancelledActive > 0) return "begun";
  // An answer that was lost with the connection: what was asked for once more had been done.
  const turn = turns.findLast((turn) => turn.turnId === turnId);
  const isCancelled = turn?.end?.kind === "done" && turn.end.finishReason === "cancelled";
  return isCancelled && !turn.start ? "waited" : "missed";
}
