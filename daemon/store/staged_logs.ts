/**
 * Logs that are written as a whole, a slice at a time, in SQLite. Until the last slice is there the session has a number
 * and no row, so that nobody comes across it. What a process leaves half written the next one sweeps away.
 *
 *     begin ─► add ─► add … ─► finish: it is a session
 *                └──────┴────► abandon, or the process dies: it is swept like a removed one
 */
import type { StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import type { EventTable } from "./event_table.ts";
import { headMismatch } from "./head_mismatch.ts";
import type { SessionTable } from "./session_table.ts";
import type { LogSlice, SessionIndex } from "./store.ts";

export class StagedLogs {
  readonly #database: Database;
  readonly #events: EventTable;
  readonly #sessions: SessionTable;
  readonly #note: StatementSync;
  readonly #forget: StatementSync;
  readonly #remove: StatementSync;

  /** @param tables where it is written in the end */
  constructor(database: Database, { events, sessions }: { events: EventTable; sessions: SessionTable }) {
    this.#database = database;
    this.#events = events;
    this.#sessions = sessions;
    this.#note = database.prepare("INSERT INTO staged (session) VALUES (?)");
    this.#forget = database.prepare("DELETE FROM staged WHERE session = ?");
    this.#remove = database.prepare("INSERT INTO removed (session) SELECT session FROM staged WHERE session = ?");
    database.transaction("drop logs that were not finished", "written", () => {
      database.exec("INSERT INTO removed (session) SELECT session FROM staged; DELETE FROM staged;");
    });
  }

  /** Returns its number. */
  begin(): number {
    return this.#database.transaction("begin a log", "written", () => {
      const session = this.#sessions.reserve();
      this.#note.run(session);
      return session;
    });
  }

  /** Returns the number of the last event. @param seq that of the last one before */
  add(session: number, seq: number, { lines, search }: LogSlice): number {
    return this.#database.transaction("store events", "written", () => {
      for (const line of lines) this.#events.insert(session, ++seq, line);
      for (const { text } of search) this.#sessions.addText(session, seq, text);
      return seq;
    });
  }

  /** @throws {HeadMismatchError} when the id exists */
  finish(session: number, sessionId: string, epoch: string, index: SessionIndex): void {
    this.#database.transaction("store a session", "synced", () => {
      const append = { sessionId, epoch, expectedHead: 0, lines: [], durability: "synced" as const, create: true };
      const refusal = headMismatch(append, this.#sessions.head(sessionId));
      if (refusal) throw refusal;
      this.#sessions.create(sessionId, epoch, index, session);
      this.#forget.run(session);
    });
  }

  abandon(session: number): void {
    this.#database.transaction("drop a log", "written", () => {
      this.#remove.run(session);
      this.#forget.run(session);
    });
  }
}
