/** Which requests for permission wait for a decision. Pure. */
import type { Permission, SessionState } from "@opta/protocol";

/** The requests of the running turn that nobody has decided yet, oldest first [P2]. */
export function openRequests({ active, permissions }: SessionState): Permission[] {
  if (!active || active.cancelRequested) return [];
  return Object.values(permissions).filter(({ turnId, resolved }) => turnId === active.turnId && !resolved);
}
