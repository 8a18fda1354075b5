/** What is refused of a reader before anything is sent: a session that is not there, a cursor that cannot be served. */
import { OptaError } from "@opta/protocol";
import { cursorFault } from "../session/follow.ts";
import type { LogHead, Store } from "../store/store.ts";

/** @throws {OptaError} `not_found` */
export async function requireHead(store: Store, sessionId: string): Promise<LogHead> {
  const head = await store.head(sessionId);
  if (!head) throw new OptaError("not_found", `There is no session "${sessionId}".`);
  return head;
}

/** @throws {OptaError} `resync_required`: such a cursor is never served in part [R3] */
export function refuseFault(head: LogHead, cursor: { epoch?: string; afterSeq: number }): void {
  const reason = cursorFault(head, cursor);
  if (!reason) return;
  throw new OptaError("resync_required", "This cursor cannot be served. Begin again with a snapshot: snapshot=1", {
    reason,
    epoch: head.epoch,
    earliestSeq: 1,
    headSeq: head.seq,
  });
}
