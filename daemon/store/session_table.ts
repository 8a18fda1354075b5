/** What SQLite keeps of a session beside its log: the row that lists show, accepted submits, the full-text index. */
import type { SQLInputValue, StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { formatListCursor, normalizeTime, parseListCursor } from "./list_cursor.ts";
import { searchWords } from "./search_words.ts";
import type { ListQuery, SessionIndex, SessionRow, SubmitKey } from "./store.ts";

export type Row = ReturnType<StatementSync["all"]>[number];

export const SESSION_COLUMNS =
  `session_id, epoch, title, model, tags, created_at, updated_at, active_turn_id, queued_turns,
  tool_call_count, writer_count, (SELECT coalesce(max(seq), 0) FROM events WHERE session = no) AS head_seq`;

/** Where a title stands among the texts of a session; events begin at 1. */
const TITLE_SEQ = 0;

export class SessionTable {
  readonly #database: Database;
  readonly #statements;

  constructor(database: Database) {
    this.#database = database;
    this.#statements = prepareStatements(database);
  }

  head(sessionId: string): { session: number; epoch: string; seq: number } | null {
    const row = this.#statements.head.get(sessionId);
    return row ? { session: Number(row["no"]), epoch: String(row["epoch"]), seq: Number(row["seq"]) } : null;
  }

  /** Returns the number of the new row. @param reserved its number, or `null` for the next one */
  create(sessionId: string, epoch: string, index: SessionIndex, reserved: number | null = null): number {
    const { lastInsertRowid } = this.#statements.create.run({
      session: reserved,
      sessionId,
      epoch,
      ...parameters(index),
    });
    const session = Number(lastInsertRowid);
    this.addText(session, TITLE_SEQ, index.title);
    return session;
  }

  /** A number that no session has had and none will get. */
  reserve(): number {
    const none = { title: "", model: null, tags: "[]", createdAt: "", updatedAt: "", activeTurnId: null };
    const counts = { queuedTurns: 0, toolCallCount: 0, writerCount: 0 };
    const placeholder = { sessionId: crypto.randomUUID(), epoch: "", ...none, ...counts };
    const session = Number(this.#statements.create.run({ session: null, ...placeholder }).lastInsertRowid);
    this.#statements.remove.run(session);
    return session;
  }

  update(session: number, index: SessionIndex): void {
    const title = this.#statements.title.get(session)?.["title"];
    this.#statements.update.run({ session, ...parameters(index) });
    if (title === index.title) return;
    this.#removeTexts(session, TITLE_SEQ, TITLE_SEQ);
    this.addText(session, TITLE_SEQ, index.title);
  }

  addText(session: number, seq: number, text: string): void {
    const { lastInsertRowid } = this.#statements.addText.run(session, seq);
    this.#statements.addWords.run(lastInsertRowid, [...searchWords(text)].join(" "));
  }

  addSubmit(session: number, seq: number, { clientTurnId, bodyHash, turnId, position }: SubmitKey): void {
    this.#statements.addSubmit.run(session, clientTurnId, bodyHash, turnId, position, seq);
  }

  findSubmit(sessionId: string, clientTurnId: string): SubmitKey | null {
    const row = this.#statements.findSubmit.get(sessionId, clientTurnId);
    if (!row) return null;
    const { body_hash, turn_id, position } = row;
    return { clientTurnId, bodyHash: String(body_hash), turnId: String(turn_id), position: Number(position) };
  }

  find(sessionId: string): SessionRow | null {
    const row = this.#statements.find.get(sessionId);
    return row ? sessionRow(row) : null;
  }

  list(query: ListQuery): { rows: SessionRow[]; nextCursor: string | null } {
    const { where, values } = conditions(query, "updated_at");
    const sql = `SELECT ${SESSION_COLUMNS} FROM sessions ${where} ORDER BY updated_at DESC, session_id DESC LIMIT ?`;
    const found = this.#database.prepare(sql).all(...values, query.limit + 1).map(sessionRow);
    const rows = found.slice(0, query.limit);
    const last = rows.at(-1);
    return { rows, nextCursor: last && found.length > rows.length ? formatListCursor(last) : null };
  }

  count(): number {
    return Number(this.#statements.count.get()?.["count"]);
  }

  unfinished(): string[] {
    return this.#statements.unfinished.all().map((row) => String(row["session_id"]));
  }

  /** Forgets what came with events after `keepThrough`. */
  cut(session: number, keepThrough: number): void {
    this.#statements.cutSubmits.run(session, keepThrough);
    this.#removeTexts(session, keepThrough + 1, Number.MAX_SAFE_INTEGER);
  }

  changeEpoch(session: number, epoch: string): void {
    this.#statements.changeEpoch.run(epoch, session);
  }

  /** Removes all but the events. */
  remove(session: number): void {
    this.removeDetails(session);
    this.#statements.remove.run(session);
  }

  /** Removes all but the events and the row. */
  removeDetails(session: number): void {
    this.#statements.cutSubmits.run(session, -1);
    this.#removeTexts(session, TITLE_SEQ, Number.MAX_SAFE_INTEGER);
  }

  #removeTexts(session: number, from: number, through: number): void {
    this.#statements.removeWords.run(session, from, through);
    this.#statements.removeTexts.run(session, from, through);
  }
}

function prepareStatements(database: Database) {
  const texts = "texts WHERE session = ? AND seq BETWEEN ? AND ?";
  return {
    head: database.prepare(`
      SELECT no, epoch, (SELECT coalesce(max(seq), 0) FROM events WHERE session = no) AS seq
      FROM sessions WHERE session_id = ?`),
    create: database.prepare(`
      INSERT INTO sessions (no, session_id, epoch, title, model, tags, created_at, updated_at, active_turn_id,
        queued_turns, tool_call_count, writer_count)
      VALUES (:session, :sessionId, :epoch, :title, :model, :tags, :createdAt, :updatedAt, :activeTurnId, :queuedTurns,
        :toolCallCount, :writerCount)`),
    update: database.prepare(`
      UPDATE sessions SET title = :title, model = :model, tags = :tags, created_at = :createdAt,
        updated_at = :updatedAt, active_turn_id = :activeTurnId, queued_turns = :queuedTurns,
        tool_call_count = :toolCallCount, writer_count = :writerCount
      WHERE no = :session`),
    changeEpoch: database.prepare("UPDATE sessions SET epoch = ? WHERE no = ?"),
    remove: database.prepare("DELETE FROM sessions WHERE no = ?"),
    title: database.prepare("SELECT title FROM sessions WHERE no = ?"),
    find: database.prepare(`SELECT ${SESSION_COLUMNS} FROM sessions WHERE session_id = ?`),
    count: database.prepare("SELECT count(*) AS count FROM sessions"),
    unfinished: database.prepare(
      "SELECT session_id FROM sessions WHERE active_turn_id IS NOT NULL OR queued_turns > 0 ORDER BY session_id",
    ),
    addSubmit: database.prepare(`
      INSERT INTO submits (session, client_turn_id, body_hash, turn_id, position, seq) VALUES (?, ?, ?, ?, ?, ?)`),
    findSubmit: database.prepare(`
      SELECT body_hash, turn_id, position FROM submits
      WHERE session = (SELECT no FROM sessions WHERE session_id = ?) AND client_turn_id = ?`),
    cutSubmits: database.prepare("DELETE FROM submits WHERE session = ? AND seq > ?"),
    addText: database.prepare("INSERT INTO texts (session, seq) VALUES (?, ?)"),
    addWords: database.prepare("INSERT INTO search (rowid, words) VALUES (?, ?)"),
    removeWords: database.prepare(`DELETE FROM search WHERE rowid IN (SELECT id FROM ${texts})`),
    removeTexts: database.prepare(`DELETE FROM ${texts}`),
  };
}

function parameters(index: SessionIndex): Record<string, SQLInputValue> {
  const { title, model, tags, createdAt, updatedAt, activeTurnId, queuedTurns, toolCallCount, writerCount } = index;
  const counts = { queuedTurns, toolCallCount, writerCount };
  return { title, model, tags: JSON.stringify(tags), createdAt, updatedAt, activeTurnId, ...counts };
}

/** The filters of a list, all of which must hold. @param order the column by which the list is in order */
export function conditions(
  { text, model, tag, since, cursor }: ListQuery,
  order: "updated_at" | "deleted_at",
): { where: string; values: SQLInputValue[] } {
  const filters: string[] = [];
  const values: SQLInputValue[] = [];
  const filter = (sql: string, ...operands: SQLInputValue[]) => {
    filters.push(sql);
    values.push(...operands);
  };
  if (model !== undefined) filter("model = ?", model);
  if (tag !== undefined) filter("EXISTS (SELECT 1 FROM json_each(tags) WHERE value = ?)", tag);
  if (since !== undefined) filter("updated_at >= ?", normalizeTime(since));
  if (cursor !== undefined) {
    const { updatedAt, sessionId } = parseListCursor(cursor);
    filter(`(${order}, session_id) < (?, ?)`, updatedAt, sessionId);
  }
  if (text !== undefined && text.trim() !== "") {
    const words = searchWords(text);
    if (words.size === 0) filter("FALSE"); // signs only: the index has words
    for (const word of words) {
      // A word holds letters, digits and marks only, so that it cannot be read as an operator.
      filter("no IN (SELECT session FROM texts JOIN search ON search.rowid = id WHERE search MATCH ?)", `"${word}"*`);
    }
  }
  return { where: filters.length > 0 ? `WHERE ${filters.join(" AND ")}` : "", values };
}

export function sessionRow(row: Row): SessionRow {
  const text = (value: Row[string] | undefined) => value === null ? null : String(value);
  return {
    sessionId: String(row["session_id"]),
    epoch: String(row["epoch"]),
    headSeq: Number(row["head_seq"]),
    title: String(row["title"]),
    model: text(row["model"]),
    tags: JSON.parse(String(row["tags"])) as string[], // as `parameters` wrote it
    createdAt: String(row["created_at"]),
    updatedAt: String(row["updated_at"]),
    activeTurnId: text(row["active_turn_id"]),
    queuedTurns: Number(row["queued_turns"]),
    toolCallCount: Number(row["tool_call_count"]),
    writerCount: Number(row["writer_count"]),
  };
}
