/** Passes on what a person decided. That somebody else was first is a value [P1]. */
import type { ResolveOutcome, Session } from "@opta/protocol/client";
import type { Choice } from "@opta/view/permission/permission_keys";

export function sendChoice(session: Session, requestId: string, choice: Choice): Promise<ResolveOutcome> {
  const { decision, scope, answer } = choice;
  return answer === undefined ? session.resolve(requestId, decision, scope) : session.answer(requestId, answer);
}
