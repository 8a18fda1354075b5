/** The store in memory, for tests and for a process that keeps nothing: the same order and the same refusals as SQLite. */
import { epochKey } from "./epoch_key.ts";
import { GroupCommit } from "./group_commit.ts";
import { headMismatch, idIsTaken, repeatedSubmit } from "./head_mismatch.ts";
import { Leases } from "./leases.ts";
import { formatListCursor, normalizeTime, parseListCursor } from "./list_cursor.ts";
import { byteLength, pageOf } from "./page.ts";
import { searchWords } from "./search_words.ts";
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
import type { TurnUsage } from "./turn_usage.ts";
import { Watchers } from "./watchers.ts";

export interface MemoryStoreOptions {
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Called with each batch; one that throws makes its commit fail. For tests. */
  beforeCommit?: (batch: readonly Append[]) => void;
}

interface Session {
  epoch: string;
  index: SessionIndex;
  lines: LogLine[];
  /** With the number of the last event of the append that each came with. */
  submits: { seq: number; key: SubmitKey }[];
  texts: { seq: number; words: Set<string> }[];
  usage: TurnUsage[];
}

interface DeletedSession {
  session: Session;
  deletedAt: string;
  purgeAt: string;
}

export class MemoryStore implements Store {
  readonly tailsMayBeLost = false;
  readonly #sessions = new Map<string, Session>();
  readonly #deleted = new Map<string, DeletedSession>();
  /** Of removed sessions. */
  #pastUsage: TurnUsage[] = [];
  readonly #watchers = new Watchers();
  readonly #leases: Leases;
  readonly #beforeCommit: (batch: readonly Append[]) => void;
  readonly #commits = new GroupCommit((batch) => this.#commit(batch), (sessionId) => this.#watchers.wake(sessionId));
  #closed = false;

  constructor({ now = Date.now, beforeCommit = () => {} }: MemoryStoreOptions = {}) {
    this.#leases = new Leases(now);
    this.#beforeCommit = beforeCommit;
  }

  describe(): Promise<{ path: string; bytes: number; schemaVersion: number }> {
    const lines = [...this.#sessions.values()].flatMap((session) => session.lines);
    const bytes = lines.reduce((sum, line) => sum + byteLength(line), 0);
    return Promise.resolve({ path: "memory", bytes, schemaVersion: 0 });
  }

  append(append: Append): Promise<void> {
    return this.#commits.append(append);
  }

  read(sessionId: string, afterSeq: number, limit: PageLimit): Promise<LogLine[]> {
    return this.#query(() => pageOf(this.#sessions.get(sessionId)?.lines ?? [], afterSeq, limit));
  }

  head(sessionId: string): Promise<LogHead | null> {
    return this.#query(() => headOf(this.#sessions.get(sessionId)));
  }

  watch(sessionId: string, wake: () => void): () => void {
    return this.#watchers.add(sessionId, wake);
  }

  find(sessionId: string): Promise<SessionRow | null> {
    return this.#query(() => {
      const session = this.#sessions.get(sessionId);
      return session ? sessionRow(sessionId, session) : null;
    });
  }

  list(query: ListQuery): Promise<{ rows: SessionRow[]; nextCursor: string | null }> {
    return this.#query(() => {
      const rows = [...this.#sessions].filter(([, session]) => matches(session, query))
        .map(([sessionId, session]) => sessionRow(sessionId, session));
      return pageOfList(rows, query, ({ updatedAt }) => updatedAt);
    });
  }

  count(): Promise<number> {
    return this.#query(() => this.#sessions.size);
  }

  findSubmit(sessionId: string, clientTurnId: string): Promise<SubmitKey | null> {
    return this.#query(() => findSubmit(this.#sessions.get(sessionId), clientTurnId));
  }

  unfinished(): Promise<string[]> {
    return this.#query(() => {
      const open = ({ index }: Session) => index.activeTurnId !== null || index.queuedTurns > 0;
      return [...this.#sessions].flatMap(([sessionId, session]) => open(session) ? [sessionId] : []).sort();
    });
  }

  async *usage(filter: UsageFilter): AsyncGenerator<UsedTurn[]> {
    yield await this.#query(() => this.#usedTurns(filter));
  }

  usageIsComplete(): Promise<boolean> {
    return this.#query(() => true);
  }

  rewrite(sessionId: string, keepThrough: number, newEpoch: string): Promise<void> {
    return this.#change(sessionId, (session) => {
      const [from, to] = [epochKey(session.epoch), epochKey(newEpoch)];
      session.epoch = newEpoch;
      session.lines = session.lines.slice(0, keepThrough)
        .map(({ seq, line }) => ({ seq, line: line.replace(from, () => to) }));
      session.submits = session.submits.filter(({ seq }) => seq <= keepThrough);
      session.texts = session.texts.filter(({ seq }) => seq <= keepThrough);
      session.usage = session.usage.filter(({ seq }) => seq <= keepThrough);
    });
  }

  remove(sessionId: string): Promise<void> {
    return this.#change(sessionId, ({ usage }) => {
      this.#sessions.delete(sessionId);
      this.#pastUsage = [...this.#pastUsage, ...usage];
    }).then(() => this.#leases.drop(sessionId));
  }

  async createWhole(sessionId: string, epoch: string, slices: AsyncIterable<LogSlice>): Promise<void> {
    const all = await Array.fromAsync(slices);
    const index = all.at(-1)?.index;
    await this.#query(() => {
      if (!index) throw new TypeError(`Cannot create session ${sessionId} of no events`);
      this.#commits.flush();
      const lines = all.flatMap(({ lines }) => lines);
      const append = { sessionId, epoch, expectedHead: 0, lines, durability: "synced" as const, create: true, index };
      const refusal = this.#store({ ...append, search: all.flatMap(({ search }) => search) });
      if (refusal) throw refusal;
    });
    this.#watchers.wake(sessionId);
  }

  delete(sessionId: string, times: { deletedAt: string; purgeAt: string }): Promise<void> {
    return this.#change(sessionId, (session) => {
      this.#purge(sessionId);
      this.#sessions.delete(sessionId);
      this.#deleted.set(sessionId, { session, ...times });
    }).then(() => this.#leases.drop(sessionId));
  }

  restore(sessionId: string): Promise<boolean> {
    return this.#query(() => {
      this.#commits.flush();
      const deleted = this.#deleted.get(sessionId);
      if (!deleted) return false;
      if (this.#sessions.has(sessionId)) throw idIsTaken(sessionId);
      this.#deleted.delete(sessionId);
      this.#sessions.set(sessionId, deleted.session);
      this.#watchers.wake(sessionId);
      return true;
    });
  }

  purge(sessionId: string): Promise<void> {
    return this.#query(() => this.#purge(sessionId));
  }

  findDeleted(sessionId: string): Promise<DeletedRow | null> {
    return this.#query(() => this.#deletedRows().find((row) => row.sessionId === sessionId) ?? null);
  }

  listDeleted(query: ListQuery): Promise<{ rows: DeletedRow[]; nextCursor: string | null }> {
    return this.#query(() => {
      const rows = this.#deletedRows().filter(({ sessionId }) => matches(this.#deleted.get(sessionId)!.session, query));
      return pageOfList(rows, query, ({ deletedAt }) => deletedAt);
    });
  }

  countDeleted(): Promise<number> {
    return this.#query(() => this.#deleted.size);
  }

  nextToPurge(limit: number): Promise<DeletedRow[]> {
    const place = ({ purgeAt, sessionId }: DeletedRow) => ({ at: purgeAt, sessionId });
    return this.#query(() => this.#deletedRows().sort((a, b) => isBefore(place(a), place(b)) ? -1 : 1).slice(0, limit));
  }

  lease(sessionId: string, owner: string, ttlMs: number): Promise<boolean> {
    return Promise.resolve(this.#leases.take(sessionId, owner, ttlMs));
  }

  release(sessionId: string, owner: string): Promise<void> {
    return Promise.resolve(this.#leases.release(sessionId, owner));
  }

  close(): Promise<void> {
    this.#commits.close();
    this.#closed = true;
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #query<T>(work: () => T): Promise<T> {
    return Promise.try(() => {
      if (this.#closed) throw new StorageError("Cannot read: the store is closed", "unavailable");
      return work();
    });
  }

  #change(sessionId: string, work: (session: Session) => void): Promise<void> {
    return this.#query(() => {
      this.#commits.flush();
      const session = this.#sessions.get(sessionId);
      if (!session) return;
      work(session);
      this.#watchers.wake(sessionId);
    });
  }

  #commit(batch: readonly Append[]): (HeadMismatchError | null)[] {
    this.#beforeCommit(batch);
    return batch.map((append) => this.#store(append));
  }

  #store(append: Append): HeadMismatchError | null {
    const { sessionId, epoch, lines, index, submit, search, usage } = append;
    const found = this.#sessions.get(sessionId);
    const refusal = headMismatch(append, headOf(found));
    if (refusal) return refusal;
    if (submit && findSubmit(found, submit.clientTurnId)) return repeatedSubmit(append, submit);
    const session = found ?? this.#create(sessionId, epoch, index);
    for (const line of lines) session.lines.push({ seq: session.lines.length + 1, line });
    if (index) session.index = structuredClone(index);
    const seq = session.lines.length;
    if (submit) session.submits.push({ seq, key: { ...submit } });
    for (const { text } of search ?? []) session.texts.push({ seq, words: searchWords(text) });
    for (const turn of usage ?? []) {
      if (!session.usage.some(({ turnId }) => turnId === turn.turnId)) session.usage.push({ ...turn });
    }
    return null;
  }

  #usedTurns({ since = "", until, sessionId, model }: UsageFilter): UsedTurn[] {
    const kept = [...this.#sessions].flatMap(([sessionId, { usage }]) => usage.map((turn) => ({ ...turn, sessionId })));
    const deleted = [...this.#deleted.values()].flatMap(({ session }) => session.usage);
    const past = [...this.#pastUsage, ...deleted].map((turn) => ({ ...turn, sessionId: null }));
    return [...kept, ...past]
      .filter(({ endedAt }) => endedAt >= since && (until === undefined || endedAt < until))
      .filter((turn) => sessionId === undefined || turn.sessionId === sessionId)
      .filter((turn) => model === undefined || turn.model === model)
      .sort((a, b) => a.endedAt < b.endedAt ? -1 : 1);
  }

  #deletedRows(): DeletedRow[] {
    return [...this.#deleted].map(([sessionId, { session, deletedAt, purgeAt }]) => ({
      ...sessionRow(sessionId, session),
      deletedAt,
      purgeAt,
    }));
  }

  #purge(sessionId: string): void {
    const usage = this.#deleted.get(sessionId)?.session.usage ?? [];
    this.#pastUsage = [...this.#pastUsage, ...usage];
    this.#deleted.delete(sessionId);
  }

  #create(sessionId: string, epoch: string, index: SessionIndex | undefined): Session {
    if (!index) throw new TypeError(`Cannot create session ${sessionId} without an index`);
    const session = { epoch, index, lines: [], submits: [], texts: [], usage: [] };
    this.#sessions.set(sessionId, session);
    return session;
  }
}

function headOf(session: Session | undefined): LogHead | null {
  return session ? { epoch: session.epoch, seq: session.lines.length } : null;
}

function findSubmit(session: Session | undefined, clientTurnId: string): SubmitKey | null {
  return session?.submits.find(({ key }) => key.clientTurnId === clientTurnId)?.key ?? null;
}

function sessionRow(sessionId: string, session: Session): SessionRow {
  return { ...structuredClone(session.index), sessionId, epoch: session.epoch, headSeq: session.lines.length };
}

/** Where a row stands in a list. */
interface Place {
  at: string;
  sessionId: string;
}

function isBefore(a: Place, b: Place): boolean {
  return a.at < b.at || (a.at === b.at && a.sessionId < b.sessionId);
}

/** The page of the query, latest first. @param timeOf by what the list is in order */
function pageOfList<R extends SessionRow>(
  all: R[],
  { limit, cursor }: ListQuery,
  timeOf: (row: R) => string,
): { rows: R[]; nextCursor: string | null } {
  const placeOf = (row: R): Place => ({ at: timeOf(row), sessionId: row.sessionId });
  const from = cursor === undefined ? null : parseListCursor(cursor);
  const found = all
    .filter((row) => !from || isBefore(placeOf(row), { at: from.updatedAt, sessionId: from.sessionId }))
    .sort((a, b) => isBefore(placeOf(a), placeOf(b)) ? 1 : -1);
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  const place = last && { updatedAt: timeOf(last), sessionId: last.sessionId };
  return { rows, nextCursor: place && found.length > rows.length ? formatListCursor(place) : null };
}

/** Whether the filters of a list hold, all of them. */
function matches({ index, texts }: Session, { text, model, tag, since }: ListQuery): boolean {
  if (model !== undefined && index.model !== model) return false;
  if (tag !== undefined && !index.tags.includes(tag)) return false;
  if (since !== undefined && index.updatedAt < normalizeTime(since)) return false;
  if (text === undefined || text.trim() === "") return true;
  const words = [...searchWords(text)];
  const held = [searchWords(index.title), ...texts.map((text) => text.words)].flatMap((set) => [...set]);
  return words.length > 0 && words.every((word) => held.some((candidate) => candidate.startsWith(word)));
}
