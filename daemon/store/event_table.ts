/** The logs in SQLite: reads pages, writes lines, cuts and renames a history. Transactions are the caller's. */
import type { StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { epochKey } from "./epoch_key.ts";
import { Page } from "./page.ts";
import { type LogLine, type PageLimit, StorageError } from "./store.ts";

/**
 * Rows fetched at a time: fetching many is three times as fast as stepping, but a line may be as long as a frame, so
 * that not all of a page is fetched before its bytes are counted.
 */
const FETCH_ROWS = 64;

/** Rows as arrays take a third of the time; Deno has the method and its types lack it. */
type ArrayStatement = StatementSync & { setReturnArrays(enabled: boolean): void };

export class EventTable {
  readonly #insert: StatementSync;
  readonly #page: ArrayStatement;
  readonly #cut: StatementSync;
  readonly #rename: StatementSync;

  constructor(database: Database) {
    this.#insert = database.prepare("INSERT INTO events (session, seq, line) VALUES (?, ?, ?)");
    this.#page = database.prepare(`
      SELECT seq, line FROM events
      WHERE session = (SELECT no FROM sessions WHERE session_id = ?) AND seq > ? ORDER BY seq LIMIT ?`) as ArrayStatement;
    this.#page.setReturnArrays(true);
    this.#cut = database.prepare("DELETE FROM events WHERE session = ? AND seq > ?");
    // Only the first occurrence, the envelope's: what a payload holds is not touched.
    this.#rename = database.prepare(`
      UPDATE events
      SET line = substr(line, 1, instr(line, :old) - 1) || :new || substr(line, instr(line, :old) + length(:old))
      WHERE session = :session AND instr(line, :old) > 0`);
  }

  insert(session: number, seq: number, line: string): void {
    this.#insert.run(session, seq, line);
  }

  /**
   * Damage is reported where it lies and nowhere else: what can be read before it is a page, and the page that would
   * begin with it is an error. Nothing is ever skipped.
   */
  read(sessionId: string, afterSeq: number, limit: PageLimit): LogLine[] {
    const page = new Page(limit);
    let fetch = FETCH_ROWS;
    for (let seq = afterSeq;;) {
      let rows: [number, string][];
      try {
        rows = this.#page.all(sessionId, seq, fetch) as unknown as [number, string][]; // as set above
      } catch (error) {
        if (fetch > 1) {
          fetch = 1; // one by one up to the damage
          continue;
        }
        if (page.lines.length > 0) return page.lines;
        throw error;
      }
      for (const [rowSeq, line] of rows) {
        if (rowSeq !== ++seq && page.lines.length > 0) return page.lines;
        if (rowSeq !== seq) throw new StorageError(`Event ${seq} of session ${sessionId} is missing`, "damaged");
        if (!page.add({ seq, line })) return page.lines;
      }
      if (rows.length < fetch) return page.lines;
    }
  }

  cut(session: number, keepThrough: number): void {
    this.#cut.run(session, keepThrough);
  }

  changeEpoch(session: number, from: string, to: string): void {
    this.#rename.run({ session, old: epochKey(from), new: epochKey(to) });
  }
}
