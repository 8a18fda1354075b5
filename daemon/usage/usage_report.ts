/** The answer of `GET /v3/usage`: which turns count, in which row, and in which order the rows stand. */
import { OptaError, type UsageBySource, type UsageQuery, type UsageReport } from "@opta/protocol";
import type { Store, UsedTurn } from "../store/store.ts";
import { localDay, localTimeZone, startOfDay } from "./local_day.ts";
import { addTurn, noUsage, weightOf } from "./usage_sums.ts";

type Row = UsageReport["rows"][number];
/** What a row is about. */
type RowKey =
  | { day: string }
  | { provider: string | null; model: string | null }
  | { sessionId: string | null; title: null };

interface Group {
  key: RowKey;
  sums: UsageBySource;
}

/** @throws {OptaError | StorageError} */
export async function usageReport(store: Store, query: UsageQuery): Promise<UsageReport> {
  const { by, sessionId, model, limit } = query;
  const period = periodOf(query);
  const complete = await store.usageIsComplete(); // asked first: what is counted meanwhile may be missing in the sums
  const totals = noUsage();
  const groups = new Map<string, Group>();
  for await (const turns of store.usage({ ...period, sessionId, model })) {
    for (const turn of turns) {
      addTurn(totals, turn);
      addTurn(groupOf(groups, keyOf(turn, by)).sums, turn);
    }
  }
  const sorted = inOrder([...groups], by);
  return {
    by,
    timeZone: localTimeZone(),
    since: period.since ?? null,
    until: period.until ?? null,
    rows: await Promise.all(sorted.slice(0, limit).map((group) => rowOf(group, store))),
    more: sorted.length > limit,
    totals,
    complete,
  };
}

/** In UTC, as the store compares times. */
function periodOf({ since, until }: UsageQuery): { since?: string; until?: string } {
  const from = since === undefined ? undefined : isDay(since) ? startOfDay(since) : new Date(since);
  const to = until === undefined ? undefined : isDay(until) ? startOfDay(until, 1) : new Date(until);
  if (from && to && from >= to) {
    throw new OptaError("invalid_request", `The period ends before it begins: from ${since} until ${until}.`);
  }
  return { since: from?.toISOString(), until: to && new Date(Math.min(to.getTime(), LAST_TIME)).toISOString() };
}

/** Later years are written with a sign, and would come before all others. */
const LAST_TIME = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function isDay(time: string): boolean {
  return !time.includes("T");
}

function keyOf({ endedAt, provider, model, sessionId }: UsedTurn, by: UsageQuery["by"]): RowKey {
  switch (by) {
    case "day":
      return { day: localDay(new Date(endedAt)) };
    case "model":
      return { provider, model };
    case "session":
      return { sessionId, title: null };
    default:
      return by satisfies never;
  }
}

function groupOf(groups: Map<string, Group>, key: RowKey): Group {
  const name = JSON.stringify(Object.values(key));
  const known = groups.get(name);
  if (known) return known;
  const group = { key, sums: noUsage() };
  groups.set(name, group);
  return group;
}

/** The latest day first; models and sessions by what they used. */
function inOrder(groups: [name: string, group: Group][], by: UsageQuery["by"]): Group[] {
  const byName = groups.sort(([a], [b]) => a < b ? -1 : 1).map(([, group]) => group);
  return by === "day" ? byName.reverse() : byName.sort((a, b) => weightOf(b.sums) - weightOf(a.sums));
}

async function rowOf({ key, sums }: Group, store: Store): Promise<Row> {
  if (!("sessionId" in key) || key.sessionId === null) return { ...key, ...sums };
  const session = await store.find(key.sessionId);
  return { sessionId: key.sessionId, title: session?.title ?? null, ...sums };
}
