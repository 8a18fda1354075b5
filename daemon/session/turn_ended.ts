/** Waits for the end of a turn, for doors that answer with all of it at once. */
import type { Turn } from "@opta/protocol";
import type { Store } from "../store/store.ts";
import type { Sessions } from "./sessions.ts";

/**
 * The turn as it has ended. Nothing happens to it when the signal aborts: leaving is not cancelling [R6].
 *
 * @throws {OptaError} `not_found` when its session is deleted meanwhile; or the signal's reason
 */
export async function turnEnded(
  { sessions, store }: { sessions: Pick<Sessions, "snapshot">; store: Pick<Store, "watch"> },
  { sessionId, turnId }: { sessionId: string; turnId: string },
  signal: AbortSignal,
): Promise<Turn> {
  let moved = Promise.withResolvers<void>();
  const ring = () => moved.resolve();
  const unwatch = store.watch(sessionId, ring);
  signal.addEventListener("abort", ring, { once: true });
  try {
    while (true) {
      signal.throwIfAborted();
      moved = Promise.withResolvers(); // before looking, so that no commit in between is slept through
      const { active, turns } = await sessions.snapshot(sessionId);
      const turn = active?.turnId === turnId ? undefined : turns.findLast((turn) => turn.turnId === turnId);
      if (turn) return turn;
      await moved.promise;
    }
  } finally {
    unwatch();
    signal.removeEventListener("abort", ring);
  }
}
