/**
 * The store over SQLite: one file, one connection, one writer. Here the parts meet: what one append does inside the
 * transaction of its batch, and what readers and followers then see. SQLite runs synchronously, so that nobody can look
 * in between.
 */
import { BootMark } from "./boot_mark.ts";
import { Database } from "./database.ts";
import { DeletedTable } from "./deleted_table.ts";
import { EventTable } from "./event_table.ts";
import { durabilityOf, GroupCommit } from "./group_commit.ts";
import { headMismatch, idIsTaken, repeatedSubmit } from "./head_mismatch.ts";
import { HotTail, HotTails } from "./hot_tail.ts";
import { Leases } from "./leases.ts";
import { peekSchemaVersion } from "./peek_schema_version.ts";
import { migrate, refuseLaterSchema, SCHEMA_VERSION } from "./schema.ts";
import { SessionTable } from "./session_table.ts";
import { StagedLogs } from "./staged_logs.ts";
import {
  type Append,
  type DeletedRow,
  HeadMismatchError,
  type ListQuery,
  type LogHead,
  type LogLine,
  type LogSlice,
  type PageLimit,
  type SessionIndex,
  type SessionRow,
  StorageError,
  type Store,
  type SubmitKey,
  type UsageFilter,
  type UsedTurn,
} from "./store.ts";
import { Sweeper } from "./sweeper.ts";
import { UsageBackfill } from "./usage_backfill.ts";
import { UsageTable } from "./usage_table.ts";
import { Watchers } from "./watchers.ts";

export interface SqliteStoreOptions {
  /** The database file. It is made when it is missing; the folder must be there. */
  path: string;
  /** Names the boot of the machine; empty when there is no way to tell [E2]. */
  bootId: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** When the usage of earlier versions' turns begins to be counted; after the start of a daemon unless given. */
  countUsageAfterMs?: number;
  /** Called at the end of each transaction of a batch; one that throws makes it fail. For tests. */
  beforeCommit?: (batch: readonly Append[]) => void;
}

export class SqliteStore implements Store {
  readonly #database: Database;
  readonly #events: EventTable;
  readonly #sessions: SessionTable;
  readonly #deleted: DeletedTable;
  readonly #staged: StagedLogs;
  readonly #usage: UsageTable;
  readonly #backfill: UsageBackfill;
  readonly #boot: BootMark;
  readonly #sweeper: Sweeper;
  readonly #leases: Leases;
  readonly #beforeCommit: ((batch: readonly Append[]) => void) | undefined;
  readonly #tails = new HotTails();
  readonly #watchers = new Watchers();
  readonly #commits = new GroupCommit((batch) => this.#commit(batch), (sessionId) => this.#watchers.wake(sessionId));

  private constructor(database: Database, { bootId, now, countUsageAfterMs, beforeCommit }: SqliteStoreOptions) {
    this.#database = database;
    this.#events = new EventTable(database);
    this.#sessions = new SessionTable(database);
    this.#deleted = new DeletedTable(database);
    this.#staged = new StagedLogs(database, { events: this.#events, sessions: this.#sessions });
    this.#usage = new UsageTable(database);
    this.#backfill = new UsageBackfill(database, this.#usage);
    this.#boot = new BootMark(database, bootId, () => this.#sessions.unfinished());
    this.#sweeper = new Sweeper(database);
    this.#leases = new Leases(now ?? Date.now);
    this.#beforeCommit = beforeCommit;
    this.#sweeper.start();
    this.#backfill.start(countUsageAfterMs);
  }

  /** @throws {StorageError} when the file cannot be used, or was written by a later version */
  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const found = await peekSchemaVersion(options.path); // opened to be written, it would be changed by that alone
    if (found !== null) refuseLaterSchema(options.path, found);
    const database = await Database.open(options.path);
    try {
      migrate(database);
      return database.attempt(`open the database ${options.path}`, () => new SqliteStore(database, options));
    } catch (error) {
      database.close();
      throw error;
    }
  }

  get tailsMayBeLost(): boolean {
    return this.#boot.tailsMayBeLost;
  }

  async describe(): Promise<{ path: string; bytes: number; schemaVersion: number }> {
    return { path: this.#database.path, bytes: await this.#database.size(), schemaVersion: SCHEMA_VERSION };
  }

  append(append: Append): Promise<void> {
    return this.#commits.append(append);
  }

  read(sessionId: string, afterSeq: number, limit: PageLimit): Promise<LogLine[]> {
    return this.#query("read events", () => {
      const page = this.#tails.get(sessionId)?.page(afterSeq, limit);
      return page ?? this.#events.read(sessionId, afterSeq, limit);
    });
  }

  head(sessionId: string): Promise<LogHead | null> {
    return this.#query("read the head of a log", () => {
      const head = this.#tails.get(sessionId) ?? this.#sessions.head(sessionId);
      return head && { epoch: head.epoch, seq: head.seq };
    });
  }

  watch(sessionId: string, wake: () => void): () => void {
    return this.#watchers.add(sessionId, wake);
  }

  find(sessionId: string): Promise<SessionRow | null> {
    return this.#query("read a session", () => this.#sessions.find(sessionId));
  }

  list(query: ListQuery): Promise<{ rows: SessionRow[]; nextCursor: string | null }> {
    return this.#query("list sessions", () => this.#sessions.list(query));
  }

  count(): Promise<number> {
    return this.#query("count sessions", () => this.#sessions.count());
  }

  findSubmit(sessionId: string, clientTurnId: string): Promise<SubmitKey | null> {
    return this.#query("look for a submit", () => this.#sessions.findSubmit(sessionId, clientTurnId));
  }

  unfinished(): Promise<string[]> {
    return this.#query("look for unfinished sessions", () => this.#sessions.unfinished());
  }

  usage(filter: UsageFilter): AsyncIterable<UsedTurn[]> {
    return this.#usage.read(filter);
  }

  usageIsComplete(): Promise<boolean> {
    return this.#query("look for uncounted sessions", () => this.#usage.isComplete());
  }

  rewrite(sessionId: string, keepThrough: number, newEpoch: string): Promise<void> {
    return this.#change("rewrite a log", sessionId, ({ session, epoch }) => {
      this.#events.cut(session, keepThrough);
      this.#events.changeEpoch(session, epoch, newEpoch);
      this.#sessions.cut(session, keepThrough);
      this.#usage.cut(session, keepThrough);
      this.#sessions.changeEpoch(session, newEpoch);
    });
  }

  remove(sessionId: string): Promise<void> {
    return this.#change("remove a session", sessionId, ({ session }) => {
      this.#sessions.remove(session);
      this.#sweeper.add(session);
    }).then(() => {
      this.#leases.drop(sessionId);
      this.#sweeper.start();
    });
  }

  async createWhole(sessionId: string, epoch: string, slices: AsyncIterable<LogSlice>): Promise<void> {
    const session = this.#staged.begin();
    try {
      let seq = 0;
      let index: SessionIndex | null = null;
      for await (const slice of slices) {
        seq = this.#staged.add(session, seq, slice);
        index = slice.index;
      }
      if (!index) throw new TypeError(`Cannot create session ${sessionId} of no events`);
      this.#commits.flush(); // one of the same id that was to be created before
      this.#staged.finish(session, sessionId, epoch, index);
    } catch (error) {
      this.#abandon(session);
      throw error;
    }
    this.#watchers.wake(sessionId);
  }

  delete(sessionId: string, { deletedAt, purgeAt }: { deletedAt: string; purgeAt: string }): Promise<void> {
    return this.#change("delete a session", sessionId, ({ session }) => {
      this.#purge(sessionId);
      this.#deleted.take(session, deletedAt, purgeAt);
    }).then(() => {
      this.#leases.drop(sessionId);
      this.#sweeper.start();
    });
  }

  restore(sessionId: string): Promise<boolean> {
    return Promise.try(() => {
      this.#commits.flush();
      const isRestored = this.#database.transaction("restore a session", "synced", () => {
        const session = this.#deleted.numberOf(sessionId);
        if (session === null) return false;
        if (this.#sessions.head(sessionId)) throw idIsTaken(sessionId);
        this.#deleted.giveBack(session);
        return true;
      });
      if (isRestored) this.#watchers.wake(sessionId);
      return isRestored;
    });
  }

  purge(sessionId: string): Promise<void> {
    return Promise.try(() => {
      this.#database.transaction("purge a session", "synced", () => this.#purge(sessionId));
      this.#sweeper.start();
    });
  }

  findDeleted(sessionId: string): Promise<DeletedRow | null> {
    return this.#query("read a deleted session", () => this.#deleted.find(sessionId));
  }

  listDeleted(query: ListQuery): Promise<{ rows: DeletedRow[]; nextCursor: string | null }> {
    return this.#query("list deleted sessions", () => this.#deleted.list(query));
  }

  countDeleted(): Promise<number> {
    return this.#query("count deleted sessions", () => this.#deleted.count());
  }

  nextToPurge(limit: number): Promise<DeletedRow[]> {
    return this.#query("look for sessions to purge", () => this.#deleted.nextToPurge(limit));
  }

  lease(sessionId: string, owner: string, ttlMs: number): Promise<boolean> {
    return Promise.resolve(this.#leases.take(sessionId, owner, ttlMs));
  }

  release(sessionId: string, owner: string): Promise<void> {
    return Promise.resolve(this.#leases.release(sessionId, owner));
  }

  close(): Promise<void> {
    return Promise.try(() => {
      this.#commits.close();
      this.#sweeper.stop();
      this.#backfill.stop();
      if (!this.#database.isOpen) return;
      try {
        this.#boot.markClosed();
      } catch (error) {
        if (!(error instanceof StorageError && error.fault === "full")) throw error; // the next start takes it for a crash
      } finally {
        this.#database.close();
      }
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #query<T>(action: string, work: () => T): Promise<T> {
    return Promise.try(() => this.#database.attempt(action, work));
  }

  /** A change of a whole log, after all that was appended before. */
  #change(action: string, sessionId: string, work: (head: { session: number; epoch: string }) => void): Promise<void> {
    return Promise.try(() => {
      this.#commits.flush();
      const head = this.#database.attempt(action, () => this.#sessions.head(sessionId));
      if (!head) return;
      this.#database.transaction(action, "synced", () => work(head));
      this.#tails.drop(sessionId);
      this.#watchers.wake(sessionId);
      this.#boot.settle(sessionId);
    });
  }

  #abandon(session: number): void {
    try {
      this.#staged.abandon(session);
      this.#sweeper.start();
    } catch (error) {
      if (!(error instanceof StorageError)) throw error; // the next start drops it
    }
  }

  /** In the caller's transaction. */
  #purge(sessionId: string): void {
    const session = this.#deleted.numberOf(sessionId);
    if (session === null) return;
    this.#sessions.removeDetails(session);
    this.#deleted.remove(session);
    this.#sweeper.add(session);
  }

  #commit(batch: readonly Append[]): (HeadMismatchError | null)[] {
    const [only] = batch;
    try {
      if (only && batch.length === 1 && isOneInsert(only) && !this.#beforeCommit) {
        return this.#database.statement("store an event", durabilityOf(batch), () => [this.#store(only)]);
      }
      return this.#database.transaction("store events", durabilityOf(batch), () => {
        const refusals = batch.map((append) => this.#store(append));
        this.#beforeCommit?.(batch);
        return refusals;
      });
    } catch (error) {
      this.#tails.clear(); // they hold what has been rolled back
      throw error;
    }
  }

  /** One append inside the transaction of its batch. What streamed deltas pay is the check and one insert a line. */
  #store(append: Append): HeadMismatchError | null {
    const { sessionId, lines, index, submit, search, usage } = append;
    const head = this.#head(sessionId);
    const refusal = headMismatch(append, head);
    if (refusal) return refusal;
    if (submit && this.#sessions.findSubmit(sessionId, submit.clientTurnId)) return repeatedSubmit(append, submit);
    const tail = head ?? this.#create(append);
    for (const line of lines) {
      this.#events.insert(tail.session, tail.seq + 1, line);
      tail.push(line);
    }
    if (index && !append.create) this.#sessions.update(tail.session, index);
    if (submit) this.#sessions.addSubmit(tail.session, tail.seq, submit);
    for (const { text } of search ?? []) this.#sessions.addText(tail.session, tail.seq, text);
    for (const turn of usage ?? []) this.#usage.add(tail.session, turn);
    return null;
  }

  #head(sessionId: string): HotTail | null {
    const tail = this.#tails.get(sessionId, true);
    if (tail) return tail;
    const head = this.#sessions.head(sessionId);
    return head && this.#tails.add(sessionId, new HotTail(head));
  }

  #create({ sessionId, epoch, index }: Append): HotTail {
    if (!index) throw new TypeError(`Cannot create session ${sessionId} without an index`);
    const session = this.#sessions.create(sessionId, epoch, index);
    return this.#tails.add(sessionId, new HotTail({ session, epoch, seq: 0 }));
  }
}

/** A streamed delta that comes alone, as at reading speed. */
function isOneInsert({ lines, create, index, submit, search, usage }: Append): boolean {
  return lines.length === 1 && !create && !index && !submit && !search && !usage;
}
