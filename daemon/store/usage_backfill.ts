/**
 * Counts the turns that ended before there was a table of usage, from the logs, a little at a time, when the start is
 * over: it is done once in the life of a database, and nobody is to wait for it. A session is noted as counted when all
 * of it is; what is left when the process ends is counted by the next one.
 */
import { type OptaEvent, parseEvent, type UnknownEvent } from "@opta/protocol";
import { clearImmediate, setImmediate } from "node:timers";
import type { StatementSync } from "node:sqlite";
import type { Database } from "./database.ts";
import { StorageError } from "./store.ts";
import { isTurnEnd, type TurnUsage, turnUsage } from "./turn_usage.ts";
import type { UsageTable } from "./usage_table.ts";

/** Events looked at in one tick of the event loop: about 2 ms. */
const SLICE_EVENTS = 2_000;
/** From opening the store: the start of a daemon is over by then. */
const START_AFTER_MS = 1_000;

/** How far one session is counted. */
interface Progress {
  session: number;
  seq: number;
  /** Who answers the turn that runs there. */
  start: { turnId: string; provider: string; model: string } | null;
}

export class UsageBackfill {
  readonly #database: Database;
  readonly #usage: UsageTable;
  readonly #next: StatementSync;
  readonly #head: StatementSync;
  readonly #turnEvents: StatementSync;
  readonly #finish: StatementSync;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #nextTick: ReturnType<typeof setImmediate> | null = null;
  #progress: Progress | null = null;
  /** Sessions up to this number have been dealt with. */
  #passed = 0;

  constructor(database: Database, usage: UsageTable) {
    this.#database = database;
    this.#usage = usage;
    this.#next = database.prepare("SELECT session FROM uncounted WHERE session > ? ORDER BY session LIMIT 1");
    this.#head = database.prepare("SELECT coalesce(max(seq), 0) AS seq FROM events WHERE session = ?");
    // Start, progress, end and error of turns, by how lines begin: deltas, nearly all there is, are not even fetched.
    this.#turnEvents = database.prepare(`
      SELECT line FROM events
      WHERE session = ? AND seq > ? AND seq <= ? AND line GLOB '{"v":"3","event":"turn.[sped]*' ORDER BY seq`);
    this.#finish = database.prepare("DELETE FROM uncounted WHERE session = ?");
  }

  start(afterMs: number = START_AFTER_MS): void {
    if (!this.#usage.isComplete()) this.#timer = setTimeout(() => this.#goOn(), afterMs);
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    if (this.#nextTick) clearImmediate(this.#nextTick);
  }

  #goOn(): void {
    this.#nextTick = setImmediate(() => {
      if (this.#countSlice()) this.#goOn();
    });
  }

  /** `false` when nothing is left. */
  #countSlice(): boolean {
    const passed = this.#progress ? 0 : this.#passed;
    try {
      return this.#database.transaction("count the usage of earlier turns", "written", () => this.#count());
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#progress = null; // a log that cannot be read holds up no other one; the next start tries it again
      return this.#passed > passed; // else not even the next one can be found
    }
  }

  #count(): boolean {
    const progress = this.#progress ??= this.#begin();
    if (!progress) return false;
    const { session, seq } = progress;
    progress.seq += SLICE_EVENTS;
    for (const { line } of this.#turnEvents.all(session, seq, progress.seq)) {
      const usage = usageIn(String(line), progress);
      if (usage) this.#usage.add(session, usage);
    }
    if (progress.seq < Number(this.#head.get(session)?.["seq"])) return true;
    this.#finish.run(session);
    this.#progress = null;
    return true;
  }

  #begin(): Progress | null {
    const session = this.#next.get(this.#passed)?.["session"];
    if (session === undefined) return null;
    this.#passed = Number(session);
    return { session: this.#passed, seq: 0, start: null };
  }
}

/** What the event of a line adds to the usage of its session, if it is one that ends a turn. */
function usageIn(line: string, progress: Progress): TurnUsage | null {
  try {
    const event = parseEvent(JSON.parse(line));
    if (!isTurnEnd(event)) {
      progress.start = startAfter(event, progress.start);
      return null;
    }
    const { start } = progress;
    const isRunning = start?.turnId === event.payload.turnId;
    if (isRunning) progress.start = null;
    return turnUsage(event, isRunning ? start : undefined);
  } catch {
    return null; // an event of a later version, or damage: nothing that could be counted
  }
}

/** The same that `fold()` makes of these events. */
function startAfter(event: OptaEvent | UnknownEvent, start: Progress["start"]): Progress["start"] {
  if (event.event === "turn.start") return event.payload;
  if (event.event !== "turn.progress" || event.payload.turnId !== start?.turnId) return start;
  const { model = start.model, provider = start.provider } = event.payload;
  return { ...start, model, provider };
}
