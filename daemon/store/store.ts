/**
 * What the daemon keeps: one log for each session, and beside it only what can be derived from the log (the index that
 * lists show, the search text, what turns used) or must share its transaction (idempotency keys). Everything above this interface works
 * the same over SQLite, over memory, and over a replicated log that several daemons share: nothing here may assume one
 * process or SQL.
 */
import type { TurnUsage } from "./turn_usage.ts";

/**
 * How far an append must have got before it resolves. `synced`: it outlives a power cut; for what is acknowledged.
 * `written`: it outlives a killed process; for streamed deltas, which only ever follow a synced `turn.start` and are
 * followed by a synced end of the turn, so that a session without an open turn has no unsynced tail [E2, E5].
 */
export type Durability = "synced" | "written";

/** One event as stored and as sent [E6]. */
export interface LogLine {
  seq: number;
  line: string;
}

/** Head of a log: its epoch and the number of its last event (0 when it is empty). */
export interface LogHead {
  epoch: string;
  seq: number;
}

/** What lists show of a session, derived from its folded state. */
export interface SessionIndex {
  title: string;
  model: string | null;
  tags: string[];
  /** ISO 8601, UTC. */
  createdAt: string;
  updatedAt: string;
  activeTurnId: string | null;
  queuedTurns: number;
  toolCallCount: number;
  writerCount: number;
}

export interface SessionRow extends SessionIndex {
  sessionId: string;
  epoch: string;
  headSeq: number;
}

/** A session that was deleted and can be restored. */
export interface DeletedRow extends SessionRow {
  /** ISO 8601, UTC. */
  deletedAt: string;
  /** When the time to restore it ends: it goes for good then, or somewhat later. */
  purgeAt: string;
}

/** A piece of a log that is written as a whole. */
export interface LogSlice {
  lines: string[];
  search: SearchText[];
  /** What lists show after these events; that of the last slice stands. */
  index: SessionIndex;
}

/** A submit that was accepted under a client's id [S4]. `bodyHash` tells a repeat from a conflict. */
export interface SubmitKey {
  clientTurnId: string;
  bodyHash: string;
  turnId: string;
  position: number;
}

/** Text for the full-text index. */
export interface SearchText {
  turnId: string;
  role: "user" | "assistant";
  text: string;
}

/** Events that belong together: all of them are stored, with what goes with them, or none is. */
export interface Append {
  sessionId: string;
  epoch: string;
  /** The head that the caller built on; `lines` are numbered from here [E1]. */
  expectedHead: number;
  lines: string[];
  durability: Durability;
  /** Creates the session; `expectedHead` is 0. Fails when the id exists. Needs `index`. */
  create?: boolean;
  index?: SessionIndex;
  submit?: SubmitKey;
  search?: SearchText[];
  /** Of the turns that end with these events; the first record of a turn stands. */
  usage?: TurnUsage[];
}

export interface ListQuery {
  /** Words, or their beginnings, that must all occur in the messages or the title, in whatever case. */
  text?: string;
  model?: string;
  /** One of the session's tags. */
  tag?: string;
  /** ISO 8601: updated at or after. */
  since?: string;
  limit: number;
  /** From the page before. */
  cursor?: string;
}

/** Which turns are asked for: those that fit all that is given. */
export interface UsageFilter {
  /** ISO 8601, UTC, with milliseconds: ended at or after. */
  since?: string;
  /** Likewise: ended before. */
  until?: string;
  sessionId?: string;
  model?: string;
}

/** What a turn used, and where. */
export interface UsedTurn extends TurnUsage {
  /** `null` for a session that was removed. */
  sessionId: string | null;
}

/** Bounds of one page of a log; a page holds at least one line when there is one. */
export interface PageLimit {
  maxEvents: number;
  maxBytes: number;
}

/** The log is not where the caller thought: somebody else appended, or an append before this one failed. */
export class HeadMismatchError extends Error {
  override readonly name = "HeadMismatchError";
}

/**
 * Why the store cannot do what was asked. `full`: the disk has no space; it may have again. `damaged`: what is stored
 * cannot be read, now or later. `unavailable`: an I/O error, a locked or a closed store; nothing is known of the data.
 */
export type StorageFault = "full" | "damaged" | "unavailable";

/** The store cannot write, or cannot read. Nothing of an append was stored. */
export class StorageError extends Error {
  override readonly name = "StorageError";
  constructor(message: string, readonly fault: StorageFault, options?: ErrorOptions) {
    super(message, options);
  }
}

export interface Store extends AsyncDisposable {
  /** The last process did not close the store and the machine has restarted since: unsynced tails may be lost [E2]. */
  readonly tailsMayBeLost: boolean;
  /** Where it lives and how big it is. */
  describe(): Promise<{ path: string; bytes: number; schemaVersion: number }>;

  /**
   * Appends take effect, wake followers and resolve in the order of the calls. Appends that wait at the same moment
   * share one commit (group commit).
   *
   * @throws {HeadMismatchError | StorageError}
   */
  append(append: Append): Promise<void>;
  /**
   * Lines after `afterSeq`, in order, at most a page. A damaged log gives what lies before the damage, then throws; it
   * never skips.
   *
   * @throws {StorageError}
   */
  read(sessionId: string, afterSeq: number, limit: PageLimit): Promise<LogLine[]>;
  /** `null` for a session that does not exist. */
  head(sessionId: string): Promise<LogHead | null>;
  /** Calls `wake` after each commit that moved the head, and when the session is rewritten or removed. Returns the way to stop it. */
  watch(sessionId: string, wake: () => void): () => void;

  find(sessionId: string): Promise<SessionRow | null>;
  /** Latest `updatedAt` first. */
  list(query: ListQuery): Promise<{ rows: SessionRow[]; nextCursor: string | null }>;
  count(): Promise<number>;
  findSubmit(sessionId: string, clientTurnId: string): Promise<SubmitKey | null>;
  /** Ids of sessions with an active or queued turn: those to recover after a crash [X1]. */
  unfinished(): Promise<string[]>;

  /** What ended turns used, first to end first, in slices: between two of them everybody else gets a turn. */
  usage(filter: UsageFilter): AsyncIterable<UsedTurn[]>;
  /** `false` while turns of earlier versions, which kept no usage, are still being counted. */
  usageIsComplete(): Promise<boolean>;

  /**
   * Cuts the log after `keepThrough`, with the submit keys, search text and usage that came later, and gives what is left a new
   * epoch, in every stored line [E2]. Comes after all appends that were called before; so does `remove`. The index stays:
   * the caller appends what the session is now.
   */
  rewrite(sessionId: string, keepThrough: number, newEpoch: string): Promise<void>;
  /** What its turns used was used all the same: it stays, without the session's id. */
  remove(sessionId: string): Promise<void>;
  /**
   * Makes a session of a whole log, a slice at a time, so that others get their turn meanwhile. It is there for everybody at
   * once, when the last slice is durable; of one that broke off nothing is left, whatever broke it off.
   *
   * @throws {HeadMismatchError} when the id exists
   * @throws {StorageError} or what `slices` throws
   */
  createWhole(sessionId: string, epoch: string, slices: AsyncIterable<LogSlice>): Promise<void>;

  /**
   * Takes the session out of everything above, as `remove` does, and keeps all of it: `restore` brings it back to the byte,
   * with its epoch. One of the same id that was deleted before goes for good.
   */
  delete(sessionId: string, times: { deletedAt: string; purgeAt: string }): Promise<void>;
  /** `false` when there is no such deleted session. @throws {HeadMismatchError} when another session has its id now */
  restore(sessionId: string): Promise<boolean>;
  /** Removes a deleted session for good. */
  purge(sessionId: string): Promise<void>;
  findDeleted(sessionId: string): Promise<DeletedRow | null>;
  /** Latest `deletedAt` first. */
  listDeleted(query: ListQuery): Promise<{ rows: DeletedRow[]; nextCursor: string | null }>;
  countDeleted(): Promise<number>;
  /** Those whose time to be restored ends first. */
  nextToPurge(limit: number): Promise<DeletedRow[]>;

  /** Makes `owner` the one that may append to the session until `ttlMs` from now; `false` when another one is. */
  lease(sessionId: string, owner: string, ttlMs: number): Promise<boolean>;
  release(sessionId: string, owner: string): Promise<void>;

  close(): Promise<void>;
}
