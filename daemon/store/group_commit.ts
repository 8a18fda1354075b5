/**
 * The queue before the log: appends that come in one tick of the event loop are stored in one commit. Order is kept from
 * the call to the promise: appends are stored, and followers woken, in the order of the calls [E1, E5].
 *
 *     append() ─→ waiting ─(end of tick)─→ commit ─→ promises resolved, then followers woken
 *                                            └─ failed: all of the batch rejected, nothing stored
 *
 * Streamed deltas that wait for nobody else are committed as soon as the code that appends them is done: to them the rest
 * of the tick is latency, and without a sync there is little to share.
 */
import { clearImmediate, setImmediate } from "node:timers";
import { type Append, type Durability, type HeadMismatchError, StorageError } from "./store.ts";

/**
 * Stores a batch: all of it in one transaction, except appends that are refused for themselves. Returns the refusal of
 * each, in order, or `null`. Throws when the transaction failed and nothing was stored.
 */
export type CommitBatch = (batch: readonly Append[]) => readonly (HeadMismatchError | null)[];

/** One commit serves all of a batch, so that it is as durable as the most demanding of them asks for. */
export function durabilityOf(batch: readonly Append[]): Durability {
  return batch.some(({ durability }) => durability === "synced") ? "synced" : "written";
}

interface Waiting {
  append: Append;
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class GroupCommit {
  readonly #commit: CommitBatch;
  readonly #wake: (sessionId: string) => void;
  #waiting: Waiting[] = [];
  #endOfTick: ReturnType<typeof setImmediate> | null = null;
  #closed = false;

  /** @param wake called once a commit for each session whose head it moved; must not throw */
  constructor(commit: CommitBatch, wake: (sessionId: string) => void) {
    this.#commit = commit;
    this.#wake = wake;
  }

  append(append: Append): Promise<void> {
    if (this.#closed) return Promise.reject(new StorageError("Cannot append: the store is closed", "unavailable"));
    if (append.create && !append.index) return Promise.reject(new TypeError("An append that creates needs an index"));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ append, resolve, reject });
      this.#schedule(append.durability);
    });
  }

  #schedule(durability: Durability): void {
    if (this.#endOfTick) return;
    if (durability === "synced") this.#endOfTick = setImmediate(() => this.#afterNetwork());
    else if (this.#waiting.length === 1) queueMicrotask(() => this.flush());
  }

  /** What the same code began with the network, as cancelling a request, is out before everybody waits for the disk. */
  #afterNetwork(): void {
    this.#endOfTick = setImmediate(() => this.flush());
  }

  /** Commits now what waits. */
  flush(): void {
    if (this.#endOfTick) clearImmediate(this.#endOfTick);
    this.#endOfTick = null;
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    let refusals: ReturnType<CommitBatch>;
    try {
      refusals = this.#commit(waiting.map(({ append }) => append));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
      return;
    }
    const moved = new Set<string>();
    waiting.forEach(({ append, resolve, reject }, i) => {
      const refusal = refusals[i];
      if (refusal) return reject(refusal);
      if (append.lines.length > 0) moved.add(append.sessionId);
      resolve();
    });
    // Promises only take note here and run their reactions later. Waking last means that a follower who appends or
    // flushes at once comes after everything that was in this commit.
    for (const sessionId of moved) this.#wake(sessionId);
  }

  /** Commits what waits and refuses what comes after. */
  close(): void {
    this.#closed = true;
    this.flush();
  }
}
