/** What ended turns used, in SQLite: one row a turn. Transactions are the caller's. */
import type { SQLInputValue, StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Database } from "./database.ts";
import type { UsageFilter, UsedTurn } from "./store.ts";
import type { TurnUsage } from "./turn_usage.ts";

/** Turns read at once: with what is then done with them, about 3 ms. */
const PAGE_TURNS = 500;

/** Where a page ends, in the order of the index. */
type Place = [endedAt: string, session: number, turnId: string];

export class UsageTable {
  readonly #database: Database;
  readonly #add: StatementSync;
  readonly #cut: StatementSync;
  readonly #anyUncounted: StatementSync;

  constructor(database: Database) {
    this.#database = database;
    this.#add = database.prepare(`
      INSERT INTO usage (session, turn_id, seq, ended_at, provider, model, source, estimated_by, prompt_tokens,
        completion_tokens, tool_calls, elapsed_ms)
      VALUES (:session, :turnId, :seq, :endedAt, :provider, :model, :source, :estimatedBy, :promptTokens,
        :completionTokens, :toolCalls, :elapsedMs)
      ON CONFLICT DO NOTHING`);
    this.#cut = database.prepare("DELETE FROM usage WHERE session = ? AND seq > ?");
    this.#anyUncounted = database.prepare("SELECT 1 FROM uncounted LIMIT 1");
  }

  add(session: number, usage: TurnUsage): void {
    this.#add.run({ session, ...usage });
  }

  cut(session: number, keepThrough: number): void {
    this.#cut.run(session, keepThrough);
  }

  isComplete(): boolean {
    return this.#anyUncounted.get() === undefined;
  }

  /** @throws {StorageError} */
  async *read(filter: UsageFilter): AsyncGenerator<UsedTurn[]> {
    for (let place: Place | null = null;;) {
      const page = this.#database.attempt("read the usage", () => this.#page(filter, place));
      yield page.turns;
      place = page.end;
      if (!place) return;
      await setImmediate();
    }
  }

  /** Begins after `place`; `end` is `null` when nothing more can come. */
  #page(filter: UsageFilter, place: Place | null): { turns: UsedTurn[]; end: Place | null } {
    const { where, values } = conditions(filter, place);
    const rows = this.#database.prepare(`
      SELECT session, session_id AS sessionId, turn_id AS turnId, seq, ended_at AS endedAt, provider, usage.model AS model,
        source, estimated_by AS estimatedBy, prompt_tokens AS promptTokens, completion_tokens AS completionTokens,
        tool_calls AS toolCalls, elapsed_ms AS elapsedMs
      FROM usage LEFT JOIN sessions ON no = session ${where} ORDER BY ended_at, session, turn_id LIMIT ${PAGE_TURNS}`)
      .all(...values) as unknown as (UsedTurn & { session: number })[]; // as `add` wrote them
    const last = rows.at(-1);
    return {
      turns: rows.map(({ session: _, ...turn }) => turn),
      end: last && rows.length === PAGE_TURNS ? [last.endedAt, last.session, last.turnId] : null,
    };
  }
}

function conditions(
  { since, until, sessionId, model }: UsageFilter,
  place: Place | null,
): { where: string; values: SQLInputValue[] } {
  const all: [sql: string, values: (SQLInputValue | undefined)[]][] = [
    ["ended_at >= ?", [since]],
    ["ended_at < ?", [until]],
    ["session = (SELECT no FROM sessions WHERE session_id = ?)", [sessionId]],
    ["usage.model = ?", [model]],
    ["(ended_at, session, turn_id) > (?, ?, ?)", place ?? [undefined]],
  ];
  const given = all.filter(([, [value]]) => value !== undefined);
  return {
    where: given.length > 0 ? `WHERE ${given.map(([sql]) => sql).join(" AND ")}` : "",
    values: given.flatMap(([, values]) => values as SQLInputValue[]), // none is undefined: all of a place, or nothing
  };
}
