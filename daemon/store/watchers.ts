/** Who is to be woken when the log of a session moves. */
import { getLogger } from "@logtape/logtape";

const logger = getLogger(["opta", "store"]);

export class Watchers {
  readonly #bySession = new Map<string, Set<{ wake: () => void }>>();

  /** Returns the way to stop it. */
  add(sessionId: string, wake: () => void): () => void {
    const watcher = { wake };
    const watchers = this.#bySession.get(sessionId) ?? new Set();
    this.#bySession.set(sessionId, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#bySession.get(sessionId) === watchers) this.#bySession.delete(sessionId);
    };
  }

  wake(sessionId: string): void {
    const watchers = this.#bySession.get(sessionId);
    if (!watchers) return;
    for (const watcher of [...watchers]) { // a copy: who begins to watch meanwhile waits for the next commit
      if (!watchers.has(watcher)) continue;
      try {
        watcher.wake();
      } catch (error) { // a bug of one follower, which the others and the writer must not suffer from
        logger.error("A watcher of session {sessionId} failed", { sessionId, error });
      }
    }
  }
}
