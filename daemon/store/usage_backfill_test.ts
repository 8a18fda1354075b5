import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { SqliteStore } from "./sqlite_store.ts";
import { creation, readUsage } from "./store_samples.ts";
import { TempFolder } from "./temp_folder.ts";

const ids = { turnId: "turn_1", writerId: "alice", clientId: "client" };
const start = { turnId: "turn_1", writerId: "alice", model: "llama", provider: "lmx", transport: "ws" };
const stats = {
  tokens: 5,
  promptTokens: 3,
  completionTokens: 2,
  toolCalls: 0,
  elapsed: 1,
  speed: 1,
  firstTokenLatencyMs: null,
  usageSource: "reported",
};
const done = { ...ids, finishReason: "stop", stats };

/** A line as every version of the daemon has written it. */
function line(seq: number, event: string, payload: unknown, ts = "2025-12-01T10:00:00.000Z"): string {
  return JSON.stringify({ v: "3", event, daemonId: "d", sessionId: "s", epoch: "epo_1", seq, ts, payload });
}

/** A database of the first schema with these logs. */
async function firstSchema(folder: TempFolder, logs: Record<string, string[]>): Promise<void> {
  await using store = await SqliteStore.open({ path: folder.database, bootId: "boot" });
  for (const [sessionId, lines] of Object.entries(logs)) await store.append({ ...creation(sessionId), lines });
  await store.close();
  using database = new DatabaseSync(folder.database);
  database.exec(
    "DROP TABLE usage; DROP TABLE uncounted; DROP TABLE deleted; DROP TABLE staged; PRAGMA user_version = 1",
  );
}

function open(folder: TempFolder, countUsageAfterMs: number): Promise<SqliteStore> {
  return SqliteStore.open({ path: folder.database, bootId: "boot", countUsageAfterMs });
}

async function counted(store: SqliteStore): Promise<void> {
  while (!await store.usageIsComplete()) await setImmediate();
}

Deno.test("UsageBackfill counts a turn whose start and end lie far apart, beside other sessions", async () => {
  await using folder = await TempFolder.create();
  const delta = { turnId: "turn_1", text: '{"v":"3","event":"turn.done"', partId: "p1", offset: 0 };
  const deltas = Array.from({ length: 7_000 }, (_, i) => line(2 + i, "turn.token", delta));
  const long = [line(1, "turn.start", start), ...deltas, line(7_002, "turn.done", done)];
  await firstSchema(folder, { empty: [], long, short: [line(1, "turn.start", start), line(2, "turn.done", done)] });
  await using store = await open(folder, 0);
  await counted(store);
  const turns = (await readUsage(store)).map(({ sessionId, model, seq }) => [sessionId, model, seq]);
  assertEquals(turns, [["long", "llama", 7_002], ["short", "llama", 2]]);
});

Deno.test("UsageBackfill passes over what cannot be read or counted", async () => {
  await using folder = await TempFolder.create();
  const lines = [
    line(1, "turn.start", start),
    line(2, "turn.done", { ...done, stats: { ...stats, promptTokens: -1 } }),
    line(3, "turn.done", done, "some day"),
    '{"v":"3","event":"turn.done", broken',
    line(5, "turn.suspended", ids),
    line(6, "turn.start", { ...start, turnId: "turn_2" }),
    line(7, "turn.done", { ...done, turnId: "turn_2" }),
  ];
  await firstSchema(folder, { s: lines });
  await using store = await open(folder, 0);
  await counted(store);
  assertEquals((await readUsage(store)).map(({ turnId }) => turnId), ["turn_2"]);
});

Deno.test("UsageBackfill goes on in the next process, and never again once it is through", async () => {
  await using folder = await TempFolder.create();
  await firstSchema(folder, { s: [line(1, "turn.start", start), line(2, "turn.done", done)] });
  await using first = await open(folder, 1_000_000);
  assertEquals(await first.usageIsComplete(), false);
  await first.close();
  await using second = await open(folder, 0);
  await counted(second);
  await second.close();
  {
    using database = new DatabaseSync(folder.database);
    database.exec("DELETE FROM usage");
  }
  await using third = await open(folder, 0);
  assertEquals([await third.usageIsComplete(), await readUsage(third)], [true, []]);
});

Deno.test("UsageBackfill keeps to what a session is now: cut, removed, or with new turns", async () => {
  await using folder = await TempFolder.create();
  const lines = [line(1, "turn.start", start), line(2, "turn.done", done)];
  await firstSchema(folder, { cut: lines, removed: lines, grown: lines });
  await using waiting = await open(folder, 1_000_000);
  await waiting.rewrite("cut", 1, "epo_2");
  await waiting.remove("removed");
  const turnEnd = line(3, "turn.done", { ...done, turnId: "turn_9" });
  await waiting.append({ ...creation("new"), lines });
  await waiting.append({
    sessionId: "grown",
    epoch: "epo_1",
    expectedHead: 2,
    lines: [turnEnd],
    durability: "synced",
  });
  await waiting.close();
  await using store = await open(folder, 0);
  await counted(store);
  const turns = (await readUsage(store)).map(({ sessionId, turnId }) => `${sessionId} ${turnId}`);
  assertEquals(turns.filter((turn) => !turn.startsWith("null")).sort(), ["grown turn_1", "grown turn_9"]);
});
