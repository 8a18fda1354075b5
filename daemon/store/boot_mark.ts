/**
 * Knows whether the tails of logs may be lost [E2]: deltas are written without a sync, so a power cut can take the end
 * of a log with it, and nothing in the file shows that. The signs are that the last process did not close the store
 * and that the machine has booted since.
 *
 * The new boot goes into the file only when the last session in doubt has been rewritten. A daemon that dies before it
 * is through with that finds the same doubt again.
 */
import type { Database } from "./database.ts";

export class BootMark {
  readonly tailsMayBeLost: boolean;
  readonly #database: Database;
  readonly #bootId: string;
  /** Sessions whose tail may be lost and that have not been rewritten. */
  readonly #doubtful: Set<string>;

  /**
   * @param bootId names the boot of the machine; empty when there is no way to tell
   * @param unfinished sessions that may have a tail without a sync: those with an open turn
   */
  constructor(database: Database, bootId: string, unfinished: () => string[]) {
    this.#database = database;
    this.#bootId = bootId;
    const lastBoot = this.#read("boot_id");
    const closed = this.#read("clean") === "1";
    this.tailsMayBeLost = lastBoot !== null && !closed && (lastBoot !== bootId || bootId === "");
    this.#doubtful = new Set(this.tailsMayBeLost ? unfinished() : []);
    database.transaction("mark the database as open", "synced", () => {
      this.#write("clean", "0");
      if (this.#doubtful.size === 0) this.#write("boot_id", bootId);
    });
  }

  /** The session has been rewritten or removed. */
  settle(sessionId: string): void {
    if (!this.#doubtful.delete(sessionId) || this.#doubtful.size > 0) return;
    this.#database.transaction("note the boot", "synced", () => this.#write("boot_id", this.#bootId));
  }

  /** To be called last of all: from here on nothing is written. */
  markClosed(): void {
    if (this.#doubtful.size > 0) return;
    this.#database.transaction("mark the database as closed", "synced", () => this.#write("clean", "1"));
  }

  #read(key: string): string | null {
    const row = this.#database.prepare("SELECT value FROM meta WHERE key = ?").get(key);
    return row ? String(row["value"]) : null;
  }

  #write(key: string, value: string): void {
    this.#database.prepare("REPLACE INTO meta (key, value) VALUES (?, ?)").run(key, value);
  }
}
