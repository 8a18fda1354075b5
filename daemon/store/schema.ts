/**
 * The tables, as a list of migrations: number n brings a database from version n - 1 to n. A migration that has been
 * released is never edited; what changes comes as a new one.
 */
import type { Database } from "./database.ts";
import { StorageError } from "./store.ts";

const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  -- What lists show, derived from the events.
  CREATE TABLE sessions (
    no INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: see removed
    session_id TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    title TEXT NOT NULL,
    model TEXT,
    tags TEXT NOT NULL, -- a JSON array
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    active_turn_id TEXT,
    queued_turns INTEGER NOT NULL,
    tool_call_count INTEGER NOT NULL,
    writer_count INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX sessions_latest ON sessions (updated_at, session_id);
  CREATE INDEX sessions_unfinished ON sessions (session_id) WHERE active_turn_id IS NOT NULL OR queued_turns > 0;

  -- The logs. In the other tables, too, seq is the last event of the append that a row came with.
  CREATE TABLE events (
    session INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (session, seq)
  ) STRICT, WITHOUT ROWID;

  -- Sessions that are gone, whose events are still to be deleted.
  CREATE TABLE removed (session INTEGER PRIMARY KEY) STRICT;

  CREATE TABLE submits (
    session INTEGER NOT NULL,
    client_turn_id TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    turn_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (session, client_turn_id)
  ) STRICT, WITHOUT ROWID;

  -- Which session a row of the full-text index belongs to; seq 0 is the title.
  CREATE TABLE texts (id INTEGER PRIMARY KEY, session INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
  CREATE INDEX texts_of_session ON texts (session, seq);
  -- Words are made by search_words.ts; only which row holds them is kept, not the text once more.
  CREATE VIRTUAL TABLE search USING fts5(words, content = '', contentless_delete = 1, detail = none, tokenize = ascii);
  `,
  `
  -- What each ended turn used, derived from the event that ended it, which is number seq. The rows of a removed session
  -- stay: its number then leads to no session.
  CREATE TABLE usage (
    session INTEGER NOT NULL,
    turn_id TEXT NOT NULL,
    seq INTEGER NOT NULL,
    ended_at TEXT NOT NULL,
    provider TEXT,
    model TEXT,
    source TEXT NOT NULL,
    estimated_by TEXT,
    prompt_tokens INTEGER NOT NULL,
    completion_tokens INTEGER NOT NULL,
    tool_calls INTEGER NOT NULL,
    elapsed_ms INTEGER NOT NULL,
    PRIMARY KEY (session, turn_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX usage_by_end ON usage (ended_at);

  -- Sessions from before this table, whose turns are still to be counted.
  CREATE TABLE uncounted (session INTEGER PRIMARY KEY) STRICT;
  INSERT INTO uncounted SELECT no FROM sessions;
  `,
  `
  -- Sessions that were deleted and can be restored: the row of each, with its number, which leads to all that is kept of it.
  CREATE TABLE deleted (
    no INTEGER PRIMARY KEY,
    session_id TEXT NOT NULL UNIQUE,
    epoch TEXT NOT NULL,
    title TEXT NOT NULL,
    model TEXT,
    tags TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    active_turn_id TEXT,
    queued_turns INTEGER NOT NULL,
    tool_call_count INTEGER NOT NULL,
    writer_count INTEGER NOT NULL,
    deleted_at TEXT NOT NULL,
    purge_at TEXT NOT NULL -- when the time to restore it ends
  ) STRICT;
  CREATE INDEX deleted_latest ON deleted (deleted_at, session_id);
  CREATE INDEX deleted_due ON deleted (purge_at, session_id);

  -- Sessions that are being written as a whole, of which nobody knows before the last line is there.
  CREATE TABLE staged (session INTEGER PRIMARY KEY) STRICT;
  `,
];

export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings the database to the version of this code, each step in one transaction.
 *
 * @throws {StorageError} also for a database of a later version, which is left as it is
 */
export function migrate(database: Database, migrations: readonly string[] = MIGRATIONS): void {
  const version = database.attempt("read the version of the database", () => schemaVersion(database));
  refuseLaterSchema(database.path, version, migrations.length);
  for (const [i, sql] of migrations.entries()) {
    if (i < version) continue;
    database.transaction(`bring the database to schema ${i + 1}`, "synced", () => {
      database.exec(sql);
      database.exec(`PRAGMA user_version = ${i + 1}`);
    });
  }
}

/** @throws {StorageError} for a database that a later version wrote */
export function refuseLaterSchema(path: string, version: number, known = SCHEMA_VERSION): void {
  if (version <= known) return;
  throw new StorageError(
    `Cannot open the database ${path}: a later Opta wrote it (schema ${version}, this one knows ${known}). ` +
      "It is left as it is. Upgrade opta, or start the later one again",
    "unavailable",
  );
}

function schemaVersion(database: Database): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"]);
}
