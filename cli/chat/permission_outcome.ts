/** What became of a request for permission, in words. Pure. */
import type { Permission } from "@opta/protocol";
import { sanitizeLine } from "../output/sanitize.ts";
import type { Choice } from "@opta/view/permission/permission_keys";

export interface Outcome {
  what: string;
  /** As it came; `null` when nobody has decided. */
  decidedBy: string | null;
}

const scopes = { once: "", session: " for this session", always: " always in this folder" } as const;

/** `null` while it waits, and when its turn says so itself. */
export function describeOutcome({ resolved, needsAnswer }: Permission): Outcome | null {
  if (!resolved || resolved.reason === "cancelled") return null;
  if (resolved.reason === "timeout") return { what: "nobody decided in time, so it is not done", decidedBy: null };
  const { decision, decidedBy, scope = "once", answer = "" } = resolved;
  if (needsAnswer) {
    return { what: decision === "deny" ? "not answered" : `answered: ${sanitizeLine(answer)}`, decidedBy };
  }
  return { what: decision === "deny" ? "not allowed" : `allowed${scopes[scope]}`, decidedBy };
}

/**
 * For who was asked: in one line, with the name of whoever was first.
 *
 * @param choice what was chosen here
 */
export function describeOutcomeHere(
  permission: Permission | undefined,
  choice: Choice | null,
  writerId: string,
): { text: string; isSurprise: boolean } | null {
  const outcome = permission ? describeOutcome(permission) : null;
  if (!outcome) return null;
  const { what, decidedBy } = outcome;
  if (decidedBy === null) return { text: what, isSurprise: true };
  const isHere = decidedBy === writerId && choice?.decision === permission?.resolved?.decision;
  return { text: isHere ? what : `${what} (${sanitizeLine(decidedBy)})`, isSurprise: !isHere };
}
