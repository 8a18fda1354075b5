/**
 * The one connection to the database file: how the file is made and opened, and how transactions run on it. What is in
 * it is the business of others.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { asStorageError, isSqliteError } from "./sqlite_error.ts";
import { type Durability, StorageError } from "./store.ts";

/** Files of SQLite beside the database; it gives them the mode of the database. */
const SIDE_FILES = ["-wal", "-shm"];
/** Wait at opening for another program, as an administrator's shell, that has the file open. */
const BUSY_TIMEOUT_MS = 1_000;
/**
 * Pages in the write-ahead log (16 MiB) before they go into the database: every four thousand deltas or so. The daemon
 * stands still meanwhile, for about 15 ms; a quarter of the pages take a third of that, and four times as often.
 */
const CHECKPOINT_PAGES = 4_000;

export class Database implements Disposable {
  readonly path: string;
  readonly #db: DatabaseSync;
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  #durability: Durability = "synced";

  private constructor(path: string, db: DatabaseSync) {
    this.path = path;
    this.#db = db;
    this.#begin = db.prepare("BEGIN IMMEDIATE");
    this.#commit = db.prepare("COMMIT");
    this.#rollback = db.prepare("ROLLBACK");
  }

  /**
   * Opens the file, or makes it, for this user alone.
   *
   * @throws {StorageError}
   */
  static async open(path: string): Promise<Database> {
    try {
      await prepareFile(path);
      const db = new DatabaseSync(path, { timeout: BUSY_TIMEOUT_MS });
      try {
        // Locked for as long as it is open: there is one daemon, and a commit then needs no lock and no shared memory,
        // a third of its time. fullfsync: without it, macOS leaves what is synced in the cache of the disk.
        db.exec(`
          PRAGMA locking_mode = EXCLUSIVE;
          PRAGMA journal_mode = WAL;
          PRAGMA synchronous = FULL;
          PRAGMA fullfsync = ON;
          PRAGMA checkpoint_fullfsync = ON;
          PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
          PRAGMA temp_store = MEMORY;
          PRAGMA trusted_schema = OFF;
        `);
        return new Database(path, db);
      } catch (error) {
        db.close();
        throw error;
      }
    } catch (error) {
      throw asStorageError(`open the database ${path}`, error);
    }
  }

  prepare(sql: string): StatementSync {
    return this.#db.prepare(sql);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  /**
   * Runs `work` in one transaction: either all that it wrote is as durable as asked for, or none of it is there.
   *
   * @param action what it does, to stand after "Cannot"
   * @throws {StorageError}
   */
  transaction<T>(action: string, durability: Durability, work: () => T): T {
    return this.attempt(action, () => {
      this.#setDurability(durability);
      this.#begin.run();
      try {
        const result = work();
        this.#commit.run();
        return result;
      } catch (error) {
        if (this.#db.isTransaction) this.#rollback.run(); // after some errors SQLite has rolled back by itself
        throw error;
      }
    });
  }

  /**
   * The same for work that is one statement, which SQLite makes a transaction of by itself: a sixth less time.
   *
   * @throws {StorageError}
   */
  statement<T>(action: string, durability: Durability, work: () => T): T {
    return this.attempt(action, () => {
      this.#setDurability(durability);
      return work();
    });
  }

  /** Runs `work`. @throws {StorageError} when SQLite fails in it */
  attempt<T>(action: string, work: () => T): T {
    if (!this.isOpen) throw new StorageError(`Cannot ${action}: the store is closed`, "unavailable");
    try {
      return work();
    } catch (error) {
      throw isSqliteError(error) ? asStorageError(action, error) : error;
    }
  }

  get isOpen(): boolean {
    return this.#db.isOpen;
  }

  /** Bytes on the disk. */
  async size(): Promise<number> {
    const sizes = ["", "-wal"].map((suffix) => Deno.stat(this.path + suffix).then((info) => info.size, () => 0));
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size);
  }

  /** The last connection that closes moves what is in the write-ahead log into the database. */
  close(): void {
    if (this.isOpen) this.#db.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #setDurability(durability: Durability): void {
    if (durability === this.#durability) return;
    this.#db.exec(`PRAGMA synchronous = ${durability === "synced" ? "FULL" : "NORMAL"}`);
    this.#durability = durability;
  }
}

/** A file that is there from the start with the right mode is at no moment readable for others. */
async function prepareFile(path: string): Promise<void> {
  for (const name of [path, ...SIDE_FILES.map((suffix) => path + suffix)]) {
    const info = await lstat(name);
    if (info && !info.isFile) {
      throw new StorageError(`Cannot open the database ${name}: it is not a plain file`, "unavailable");
    }
    if (info && Deno.build.os !== "windows") await Deno.chmod(name, 0o600);
  }
  const created = await Deno.open(path, { write: true, create: true, mode: 0o600 });
  created.close();
}

function lstat(path: string): Promise<Deno.FileInfo | null> {
  return Deno.lstat(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  });
}
