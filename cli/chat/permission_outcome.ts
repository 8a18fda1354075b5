/** What became of a request for permission, in a few words. Pure. */
import type { Permission } from "@opta/protocol";
import { sanitizeLine } from "../sanitize.ts";
import type { Choice } from "@opta/view/permission/permission_keys";

export interface Outcome {
  text: string;
  /** It is not what was chosen here: somebody else was first, or nobody was. */
  isSurprise: boolean;
}

/**
 * `null` when its turn says so itself.
 *
 * @param choice what was chosen here
 */
export function outcomeOf(
  permission: Permission | undefined,
  choice: Choice | null,
  writerId: string,
): Outcome | null {
  const resolved = permission?.resolved;
  if (!resolved || resolved.reason === "cancelled") return null;
  if (resolved.reason === "timeout") {
    return { text: "nobody decided in time, so it is not done", isSurprise: true };
  }
  const { decision, decidedBy, scope, answer } = resolved;
  const isHere = decidedBy === writerId && choice?.decision === decision;
  const what = permission.needsAnswer
    ? decision === "deny" ? "not answered" : `answered: ${sanitizeLine(answer ?? "")}`
    : decision === "deny"
    ? "not allowed"
    : `allowed${scopes[scope ?? "once"]}`;
  return { text: isHere ? what : `${what} (${sanitizeLine(decidedBy)})`, isSurprise: !isHere };
}

const scopes = { once: "", session: " for this session", always: " always in this folder" } as const;
