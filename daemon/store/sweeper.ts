/**
 * Deletes the events and texts of removed sessions a little at a time: a long log takes a second to delete, and nobody else's
 * session is to stand still for that. What is left when the process ends is swept by the next one.
 */
import { clearImmediate, setImmediate } from "node:timers";
import type { SQLOutputValue, StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { StorageError } from "./store.ts";

/** Events deleted in one tick of the event loop: about 3 ms. */
const SWEEP_EVENTS = 2_000;
/** Texts deleted in one tick, with their words: about as long. */
const SWEEP_TEXTS = 50;

export class Sweeper {
  readonly #database: Database;
  readonly #add: StatementSync;
  readonly #next: StatementSync;
  readonly #deleteEvents: StatementSync;
  readonly #deleteWords: StatementSync;
  readonly #deleteTexts: StatementSync;
  readonly #finish: StatementSync;
  #nextTick: ReturnType<typeof setImmediate> | null = null;

  constructor(database: Database) {
    this.#database = database;
    this.#add = database.prepare("INSERT INTO removed (session) VALUES (?)");
    this.#next = database.prepare("SELECT session FROM removed LIMIT 1");
    this.#deleteEvents = database.prepare(`
      DELETE FROM events
      WHERE session = :session AND seq < (SELECT min(seq) FROM events WHERE session = :session) + ${SWEEP_EVENTS}`);
    const texts = `SELECT id FROM texts WHERE session = ? ORDER BY seq, id LIMIT ${SWEEP_TEXTS}`;
    this.#deleteWords = database.prepare(`DELETE FROM search WHERE rowid IN (${texts})`);
    this.#deleteTexts = database.prepare(`DELETE FROM texts WHERE id IN (${texts})`);
    this.#finish = database.prepare("DELETE FROM removed WHERE session = ?");
  }

  /** Notes in the caller's transaction that the events of the session are to go. */
  add(session: number): void {
    this.#add.run(session);
  }

  start(): void {
    this.#nextTick ??= setImmediate(() => {
      this.#nextTick = null;
      if (this.#sweep()) this.start();
    });
  }

  stop(): void {
    if (this.#nextTick) clearImmediate(this.#nextTick);
    this.#nextTick = null;
  }

  /** `false` when nothing is left, or when it cannot go on now. */
  #sweep(): boolean {
    try {
      return this.#database.transaction("delete events of a removed session", "written", () => {
        const session = this.#next.get()?.["session"];
        if (session === undefined) return false;
        if (this.#deleteEvents.run({ session }).changes === 0 && this.#deleteSomeTexts(session) === 0) {
          this.#finish.run(session);
        }
        return true;
      });
    } catch (error) {
      if (error instanceof StorageError) return false; // no hurry: the next removal or start goes on with it
      throw error;
    }
  }
  /** A session that was removed has lost them already; one whose writing broke off has not. */
  #deleteSomeTexts(session: SQLOutputValue): number {
    this.#deleteWords.run(session);
    return Number(this.#deleteTexts.run(session).changes);
  }
}
