/** The store in memory, for tests and for a process that keeps nothing: the same order and the same refusals as SQLite. */
import { epochKey } from "./epoch_key.ts";
import { GroupCommit } from "./group_commit.ts";
import { headMismatch, repeatedSubmit } from "./head_mismatch.ts";
import { Leases } from "./leases.ts";
import { formatListCursor, normalizeTime, parseListCursor } from "./list_cursor.ts";
import { byteLength, pageOf } from "./page.ts";
import { searchWords } from "./search_words.ts";
import {
  type Append,
  HeadMismatchError,
  type ListQuery,
  type LogHead,
  type LogLine,
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

export class MemoryStore implements Store {
  readonly tailsMayBeLost = false;
  readonly #sessions = new Map<string, Session>();
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
      const matches = filter(query);
      const found = [...this.#sessions]
        .filter(([sessionId, session]) => matches(sessionId, session))
        .map(([sessionId, session]) => sessionRow(sessionId, session))
        .sort((a, b) => isBefore(a, b) ? 1 : -1);
      const rows = found.slice(0, query.limit);
      const last = rows.at(-1);
      return { rows, nextCursor: last && found.length > rows.length ? formatListCursor(last) : null };
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
    const past = this.#pastUsage.map((turn) => ({ ...turn, sessionId: null }));
    return [...kept, ...past]
      .filter(({ endedAt }) => endedAt >= since && (until === undefined || endedAt < until))
      .filter((turn) => sessionId === undefined || turn.sessionId === sessionId)
      .filter((turn) => model === undefined || turn.model === model)
      .sort((a, b) => a.endedAt < b.endedAt ? -1 : 1);
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

type Place = Pick<SessionRow, "updatedAt" | "sessionId">;

function isBefore(a: Place, b: Place): boolean {
  return a.updatedAt < b.updatedAt || (a.updatedAt === b.updatedAt && a.sessionId < b.sessionId);
}

/** The filters of a list, all of which must hold. */
function filter({ text, model, tag, since, cursor }: ListQuery): (sessionId: string, session: Session) => boolean {
  const words = text === undefined || text.trim() === "" ? null : [...searchWords(text)];
  const from = since === undefined ? null : normalizeTime(since);
  const place = cursor === undefined ? null : parseListCursor(cursor);
  return (sessionId, session) => {
    const { index, texts } = session;
    if (model !== undefined && index.model !== model) return false;
    if (tag !== undefined && !index.tags.includes(tag)) return false;
    if (from !== null && index.updatedAt < from) return false;
    if (place && !isBefore({ updatedAt: index.updatedAt, sessionId }, place)) return false;
    if (!words) return true;
    const held = [searchWords(index.title), ...texts.map((text) => text.words)].flatMap((set) => [...set]);
    return words.length > 0 && words.every((word) => held.some((candidate) => candidate.startsWith(word)));
  };
}
