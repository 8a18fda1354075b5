/** What changes in a session as one client sees it, and who listens to that. */
import type { ControlFrame } from "../control.ts";
import type { OptaEvent, UnknownEvent } from "../event.ts";
import type { ConnectionState } from "./reconnect.ts";

/**
 * Somebody who follows a session: the client, who writes there (`null` when it has not said), and with what (`terminal`,
 * `web`, `editor`, `script` or a name of its own). They are what clients say of themselves.
 */
export type AttachedClient = Extract<ControlFrame, { type: "presence" }>["clients"][number];

/** What has changed. `reset`: the state is another one as a whole, as at the beginning and after a resync. */
export type SessionChange =
  | { kind: "event"; event: OptaEvent | UnknownEvent }
  | { kind: "reset" }
  | { kind: "connection"; connection: ConnectionState }
  /** Others came or left, or said something else of themselves. */
  | { kind: "presence"; presence: readonly AttachedClient[]; more: number };

export class ChangeFeed {
  readonly #listeners = new Set<(change: SessionChange) => void>();

  /** Calls `listener` after each change, in order. Returns the way to stop it. */
  subscribe(listener: (change: SessionChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(change: SessionChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        // A listener's bug is not to pass for a broken connection: it surfaces as an uncaught error.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  /** Nobody hears anything more. */
  clear(): void {
    this.#listeners.clear();
  }
}
