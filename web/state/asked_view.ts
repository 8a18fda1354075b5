/** What the page shows of the request that is asked, and of what became of it. Pure. */
import type { Permission, SessionState } from "@opta/protocol";
import type { PermissionAsking } from "@opta/view/permission/permission_asking";
import type { AskPhase, Choice, Offers } from "@opta/view/permission/permission_keys";

export interface AskedView {
  readonly request: Permission;
  readonly state: SessionState;
  readonly phase: AskPhase;
  readonly offers: Offers;
  readonly isWriting: "answer" | "reason" | null;
  /** Requests behind it. */
  readonly waiting: number;
}

export function lookAtAsking(asking: PermissionAsking): AskedView | null {
  const { asked, offers, isWriting, waiting } = asking;
  if (!asked || !offers) return null;
  const { request, state, phase } = asked;
  return { request, state, phase, offers, isWriting, waiting };
}

/**
 * A word on a request that is open no more, when it was not decided here; `null` otherwise.
 *
 * @param choice what was chosen here
 */
export function outcomeText(
  permission: Permission | undefined,
  choice: Choice | null,
  writerId: string,
): string | null {
  const resolved = permission?.resolved;
  if (!resolved || resolved.reason === "cancelled") return null;
  if (resolved.reason === "timeout") return "Nobody decided in time, so it is not done";
  if (resolved.decidedBy === writerId && choice?.decision === resolved.decision) return null;
  return `${describeDecision(permission)} by ${resolved.decidedBy}`;
}

const scopes = { once: "", session: " for this session", always: " always in this folder" } as const;

/** `Allowed for this session`. */
export function describeDecision({ needsAnswer, resolved }: Permission): string {
  const { decision, scope = "once" } = resolved ?? {};
  if (needsAnswer) return decision === "allow" ? "Answered" : "Not answered";
  return decision === "allow" ? `Allowed${scopes[scope]}` : "Denied";
}
