/** Which requests for permission wait for a decision, and what a question offers. Pure. */
import type { Permission, SessionState } from "@opta/protocol";

/** The requests of the running turn that nobody has decided yet, oldest first [P2]. */
export function openRequests({ active, permissions }: SessionState): Permission[] {
  if (!active || active.cancelRequested) return [];
  return Object.values(permissions).filter(({ turnId, resolved }) => turnId === active.turnId && !resolved);
}

/** The answers that a question offers. */
export function optionsOf({ args: { options } }: Permission): string[] {
  return Array.isArray(options) ? options.filter((option) => typeof option === "string") : [];
}
