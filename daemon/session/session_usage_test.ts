/** The table of usage and the folded log are two views of the same turns: whatever happens, they agree. */
import { type EventDraft, initialState, type SessionState, type TurnStats } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { SqliteStore } from "../store/sqlite_store.ts";
import { MemoryStore } from "../store/memory_store.ts";
import type { Store } from "../store/store.ts";
import { readUsage } from "../store/store_samples.ts";
import { TempFolder } from "../store/temp_folder.ts";
import { addTurn, noUsage } from "../usage/usage_sums.ts";
import { loadLog } from "./load.ts";
import { SessionLog } from "./session_log.ts";

/** How one turn goes. */
interface TurnScript {
  starts: boolean;
  /** Another model takes over. */
  changesTo: string | null;
  ends: "done" | "error" | "error without figures" | "not at all";
  stats: Pick<TurnStats, "promptTokens" | "completionTokens" | "usageSource" | "estimatedBy">;
}

const tokens = fc.oneof(fc.nat(5_000), fc.constantFrom(0, 1_000_000_000));
const script: fc.Arbitrary<TurnScript> = fc.record({
  starts: fc.boolean(),
  changesTo: fc.constantFrom(null, null, "model_b", "model_c"),
  ends: fc.constantFrom("done", "done", "error", "error without figures", "not at all"),
  stats: fc.record({
    promptTokens: tokens,
    completionTokens: tokens,
    usageSource: fc.constantFrom("reported", "estimated", "partial"),
    estimatedBy: fc.constantFrom(undefined, "server", "length"),
  }),
});

Deno.test("the usage of a session is the same in the table and in its folded log, also after a cut", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(script, { maxLength: 12 }), fc.nat(60), async (scripts, keep) => {
      await using folder = await TempFolder.create();
      await using memory = new MemoryStore();
      await using sqlite = await SqliteStore.open({ path: folder.database, bootId: "boot" });
      for (const store of [memory, sqlite]) {
        const log = await writeTurns(store, scripts);
        await requireAgreement(store, log.committed);
        const keepThrough = Math.max(1, Math.min(keep, log.committed.seq));
        await store.rewrite("s", keepThrough, "epo_2");
        const { state, damage } = await loadLog(store, "s", { epoch: "epo_2", seq: keepThrough });
        assertEquals([damage, state.seq], [null, keepThrough]);
        await requireAgreement(store, state);
      }
    }),
    { numRuns: 40 },
  );
});

Deno.test("turns of a database from before the table are counted as they would have been", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(script, { maxLength: 12 }), async (scripts) => {
      await using folder = await TempFolder.create();
      await using first = await SqliteStore.open({ path: folder.database, bootId: "boot" });
      await writeTurns(first, scripts);
      const counted = await readUsage(first);
      await first.close();
      {
        using database = new DatabaseSync(folder.database);
        database.exec(
          "DROP TABLE usage; DROP TABLE uncounted; DROP TABLE deleted; DROP TABLE staged; PRAGMA user_version = 1",
        );
      }
      await using second = await SqliteStore.open({ path: folder.database, bootId: "boot", countUsageAfterMs: 0 });
      assertEquals([await second.usageIsComplete(), await readUsage(second)], [false, []]);
      while (!await second.usageIsComplete()) await setImmediate();
      assertEquals(await readUsage(second), counted);
    }),
    { numRuns: 10 },
  );
});

Deno.test("append() keeps what a turn used, who answered last, and nothing of a turn that was cancelled in the queue", async () => {
  await using store = new MemoryStore();
  const stats = { promptTokens: 7, completionTokens: 3, usageSource: "estimated", estimatedBy: "server" } as const;
  await writeTurns(store, [
    { starts: true, changesTo: "model_b", ends: "done", stats },
    { starts: false, changesTo: null, ends: "done", stats: { ...nothing, usageSource: "partial" } },
    { starts: true, changesTo: null, ends: "error without figures", stats },
    { starts: false, changesTo: null, ends: "error", stats },
  ]);
  const shown = (await readUsage(store)).map(({ seq: _, endedAt: __, sessionId: ___, ...usage }) => usage);
  const times = { toolCalls: 2, elapsedMs: 1_500 };
  const unmeasured = { source: "partial", estimatedBy: null, ...nothing, toolCalls: 0, elapsedMs: 0 };
  const estimated = { source: "estimated", estimatedBy: "server", promptTokens: 7, completionTokens: 3, ...times };
  assertEquals<unknown>(shown, [
    { turnId: "turn_0", provider: "lmx", model: "model_b", ...estimated },
    { turnId: "turn_2", provider: "lmx", model: "model_a", ...unmeasured },
    { turnId: "turn_3", provider: null, model: null, ...estimated },
  ]);
});

const nothing = { promptTokens: 0, completionTokens: 0 };

/** Writes the turns into a new session "s", through its log. */
async function writeTurns(store: Store, scripts: TurnScript[]): Promise<SessionLog> {
  let now = Date.UTC(2026, 0, 1);
  const log = new SessionLog({
    store,
    daemonId: "daemon_test",
    now: () => now += 1_000,
    state: initialState("s", "epo_1"),
    onFailure: () => {},
  });
  const createdAt = new Date(now).toISOString();
  await log.append([{ event: "session.updated", payload: { createdAt } }], "synced", { create: true });
  for (const [i, script] of scripts.entries()) {
    const drafts = draftsOf(`turn_${i}`, script);
    for (const draft of drafts) await log.append([draft], "synced");
    if (script.starts && script.ends === "not at all") break; // it runs on, and nothing after it begins
  }
  return log;
}

function draftsOf(turnId: string, { starts, changesTo, ends, stats }: TurnScript): EventDraft[] {
  const ids = { turnId, writerId: "alice", clientId: "client" };
  const figures: TurnStats = {
    tokens: stats.promptTokens + stats.completionTokens,
    toolCalls: 2,
    elapsed: 1.5,
    speed: 1,
    firstTokenLatencyMs: null,
    ...stats,
  };
  const message = "It did not work.";
  const failed = { ...ids, message, code: "internal" as const, retryable: true };
  const drafts: EventDraft[] = [
    { event: "turn.queued", payload: { ...ids, position: 0, content: "Hello", mode: "chat" } },
  ];
  if (starts) {
    const payload = { turnId, writerId: "alice", model: "model_a", provider: "lmx", transport: "ws" };
    drafts.push({ event: "turn.start", payload });
    drafts.push({ event: "turn.token", payload: { turnId, text: "Hi.", partId: "p1", offset: 0 } });
  }
  if (changesTo !== null) {
    const payload = { turnId, phase: "fallback", message, elapsedMs: 1, model: changesTo };
    drafts.push({ event: "turn.progress", payload });
  }
  if (ends === "done") drafts.push({ event: "turn.done", payload: { ...ids, finishReason: "stop", stats: figures } });
  if (ends === "error") drafts.push({ event: "turn.error", payload: { ...failed, stats: figures } });
  if (ends === "error without figures") drafts.push({ event: "turn.error", payload: failed });
  return drafts;
}

async function requireAgreement(store: Store, state: SessionState): Promise<void> {
  const turns = await readUsage(store, { sessionId: "s" });
  const sums = noUsage();
  for (const turn of turns) addTurn(sums, turn);
  const totals = Object.entries(sums).map(([source, { promptTokens, completionTokens }]) =>
    [source, { promptTokens, completionTokens }] as const
  );
  assertEquals(Object.fromEntries(totals), state.usage);
  const began = state.turns.filter(({ start }) => start).map(({ turnId, start }) => [turnId, start?.model]);
  assertEquals(turns.flatMap(({ turnId, model }) => model === null ? [] : [[turnId, model]]), began);
}
