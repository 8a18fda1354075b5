/** Deleted sessions in SQLite, whose rows lie apart so that no list, search or reader comes across them. */
import type { Database } from "./database.ts";
import { formatListCursor } from "./list_cursor.ts";
import { conditions, type Row, SESSION_COLUMNS, sessionRow } from "./session_table.ts";
import type { DeletedRow, ListQuery } from "./store.ts";

const MOVED = `no, session_id, epoch, title, model, tags, created_at, updated_at, active_turn_id, queued_turns,
  tool_call_count, writer_count`;
const COLUMNS = `${SESSION_COLUMNS}, deleted_at, purge_at`;

export class DeletedTable {
  readonly #database: Database;
  readonly #statements;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  /** The number of a deleted session. */
  numberOf(sessionId: string): number | null {
    const row = this.#statements.number.get(sessionId);
    return row ? Number(row["no"]) : null;
  }

  /** Moves the row of a session here. */
  take(session: number, deletedAt: string, purgeAt: string): void {
    this.#statements.take.run(deletedAt, purgeAt, session);
    this.#statements.removeLive.run(session);
  }

  /** Moves it back. */
  giveBack(session: number): void {
    this.#statements.giveBack.run(session);
    this.#statements.remove.run(session);
  }

  remove(session: number): void {
    this.#statements.remove.run(session);
  }

  find(sessionId: string): DeletedRow | null {
    const row = this.#statements.find.get(sessionId);
    return row ? deletedRow(row) : null;
  }

  list(query: ListQuery): { rows: DeletedRow[]; nextCursor: string | null } {
    const { where, values } = conditions(query, "deleted_at");
    const sql = `SELECT ${COLUMNS} FROM deleted ${where} ORDER BY deleted_at DESC, session_id DESC LIMIT ?`;
    const found = this.#database.prepare(sql).all(...values, query.limit + 1).map(deletedRow);
    const rows = found.slice(0, query.limit);
    const last = rows.at(-1);
    const place = last && { updatedAt: last.deletedAt, sessionId: last.sessionId };
    return { rows, nextCursor: place && found.length > rows.length ? formatListCursor(place) : null };
  }

  count(): number {
    return Number(this.#statements.count.get()?.["count"]);
  }

  nextToPurge(limit: number): DeletedRow[] {
    return this.#statements.next.all(limit).map(deletedRow);
  }
}

function prepareStatements(database: Database) {
  return {
    number: database.prepare("SELECT no FROM deleted WHERE session_id = ?"),
    take: database.prepare(`
      INSERT INTO deleted (${MOVED}, deleted_at, purge_at) SELECT ${MOVED}, ?, ? FROM sessions WHERE no = ?`),
    removeLive: database.prepare("DELETE FROM sessions WHERE no = ?"),
    giveBack: database.prepare(`INSERT INTO sessions (${MOVED}) SELECT ${MOVED} FROM deleted WHERE no = ?`),
    remove: database.prepare("DELETE FROM deleted WHERE no = ?"),
    find: database.prepare(`SELECT ${COLUMNS} FROM deleted WHERE session_id = ?`),
    count: database.prepare("SELECT count(*) AS count FROM deleted"),
    next: database.prepare(`SELECT ${COLUMNS} FROM deleted ORDER BY purge_at, session_id LIMIT ?`),
  };
}

function deletedRow(row: Row): DeletedRow {
  return { ...sessionRow(row), deletedAt: String(row["deleted_at"]), purgeAt: String(row["purge_at"]) };
}
