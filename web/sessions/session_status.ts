/** How a session is doing, as lists show it. Pure. */
import type { SessionSummary } from "@opta/protocol";

export type SessionStatus = "asks" | "runs" | "waits" | "rests";

export const statusNames: Record<SessionStatus, string> = {
  asks: "waits for permission",
  runs: "running",
  waits: "queued",
  rests: "idle",
};

export function statusOf({ activeTurnId, queuedTurns, pendingPermissions }: SessionSummary): SessionStatus {
  if (pendingPermissions > 0) return "asks";
  if (activeTurnId !== null) return "runs";
  return queuedTurns > 0 ? "waits" : "rests";
}

export function titleOf({ title }: Pick<SessionSummary, "title">): string {
  return title.trim() || "New chat";
}
