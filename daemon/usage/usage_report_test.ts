import { OptaError, UsageQuery, UsageReport } from "@opta/protocol";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryStore } from "../store/memory_store.ts";
import { creation, sampleUsage } from "../store/store_samples.ts";
import type { TurnUsage } from "../store/turn_usage.ts";
import { localTimeZone, startOfDay } from "./local_day.ts";
import { usageReport } from "./usage_report.ts";

/** The report as it goes over the wire. */
async function report(store: MemoryStore, query: Record<string, unknown> = {}): Promise<UsageReport> {
  const answer = await usageReport(store, UsageQuery.parse(query));
  const sent = JSON.parse(JSON.stringify(answer));
  assertEquals<unknown>(UsageReport.parse(sent), sent, "the schema has all of it");
  return answer;
}

async function storeOf(sessions: Record<string, TurnUsage[]>): Promise<MemoryStore> {
  const store = new MemoryStore();
  for (const [id, usage] of Object.entries(sessions)) {
    await store.append({ ...creation(id, { title: `of ${id}` }), usage });
  }
  return store;
}

/** Local noon of a day. */
function noon(day: string): string {
  return new Date(startOfDay(day).getTime() + 12 * 3_600_000).toISOString();
}

const tokensOf = ({ reported, estimated, partial }: UsageReport["totals"]) =>
  [reported, estimated, partial].map(({ promptTokens, completionTokens }) => `${promptTokens}+${completionTokens}`);

Deno.test("usageReport() keeps counts of different trust apart, and says who estimated", async () => {
  await using store = await storeOf({
    s: [
      sampleUsage("1", { promptTokens: 1, completionTokens: 10 }),
      sampleUsage("2", { promptTokens: 2, completionTokens: 20, source: "estimated", estimatedBy: "server" }),
      sampleUsage("3", { promptTokens: 3, completionTokens: 30, source: "estimated", estimatedBy: "length" }),
      sampleUsage("4", { promptTokens: 4, completionTokens: 40, source: "estimated" }),
      sampleUsage("5", { promptTokens: 5, completionTokens: 50, source: "partial", estimatedBy: "length" }),
      sampleUsage("6", { promptTokens: 6, completionTokens: 60, source: "partial" }),
    ],
  });
  const { totals, rows } = await report(store);
  assertEquals(tokensOf(totals), ["1+10", "9+90", "11+110"]);
  assertEquals([totals.reported.turns, totals.estimated.turns, totals.partial.turns], [1, 3, 2]);
  const { server, length } = totals.estimated.estimatedBy;
  assertEquals([server.turns, server.promptTokens, length.turns, length.promptTokens], [1, 2, 1, 3]);
  assertEquals(totals.partial.estimatedBy.length.completionTokens, 50);
  assertEquals(rows.map(tokensOf), [tokensOf(totals)]);
});

Deno.test("usageReport() has the latest day first, and dates count whole", async () => {
  const days = ["2026-03-27", "2026-03-28", "2026-03-30"];
  await using store = await storeOf({
    s: days.map((day, i) => sampleUsage(day, { endedAt: noon(day), promptTokens: i })),
    edges: [
      sampleUsage("first", { endedAt: startOfDay("2026-03-28").toISOString() }),
      sampleUsage("last", { endedAt: new Date(startOfDay("2026-03-28", 1).getTime() - 1).toISOString() }),
    ],
  });
  const daysOf = async (query: Record<string, unknown>) =>
    (await report(store, query)).rows.map((row) => "day" in row && `${row.day}: ${row.reported.turns}`);
  assertEquals(await daysOf({}), ["2026-03-30: 1", "2026-03-28: 3", "2026-03-27: 1"]);
  assertEquals(await daysOf({ since: "2026-03-28", until: "2026-03-28" }), ["2026-03-28: 3"]);
  assertEquals(await daysOf({ since: noon("2026-03-28") }), ["2026-03-30: 1", "2026-03-28: 2"]);
  assertEquals(await daysOf({ until: noon("2026-03-28") }), ["2026-03-28: 1", "2026-03-27: 1"]);
  assertEquals(await daysOf({ until: "9999-12-31", since: "0000-01-01", limit: 1 }), ["2026-03-30: 1"]);
  const { timeZone, since, until } = await report(store, { since: "2026-03-28", until: "2026-03-28" });
  assertEquals(timeZone, localTimeZone());
  assertEquals([since, until], [0, 1].map((later) => startOfDay("2026-03-28", later).toISOString()));
});

Deno.test("usageReport() has the largest models and sessions first, and totals of all rows", async () => {
  await using store = await storeOf({
    small: [sampleUsage("1", { model: "llama", promptTokens: 1 })],
    large: [
      sampleUsage("2", { model: "qwen", promptTokens: 500, source: "partial" }),
      sampleUsage("3", { model: null, provider: null, promptTokens: 20 }),
    ],
    gone: [sampleUsage("4", { model: "llama", promptTokens: 30, provider: "openai" })],
    gone_too: [sampleUsage("5", { model: "llama", promptTokens: 30 })],
  });
  await store.remove("gone");
  await store.remove("gone_too");
  const models = await report(store, { by: "model" });
  assertEquals(models.rows.map((row) => "model" in row && `${row.provider} ${row.model}`), [
    "lmx qwen",
    "lmx llama",
    "openai llama",
    "null null",
  ]);
  const sessions = await report(store, { by: "session" });
  assertEquals(sessions.rows.map((row) => "sessionId" in row && [row.sessionId, row.title, row.reported.turns]), [
    ["large", "of large", 1],
    [null, null, 2],
    ["small", "of small", 1],
  ]);
  assertEquals(sessions.totals, models.totals);
  const first = await report(store, { by: "session", limit: 1 });
  assertEquals([first.rows.length, first.more, first.totals], [1, true, sessions.totals]);
  assertEquals(sessions.more, false);
  assertEquals((await report(store, { by: "model", sessionId: "large", model: "qwen" })).totals.partial.turns, 1);
});

Deno.test("usageReport() stops its sums where integers end to be exact", async () => {
  const usage = Array.from({ length: 3 }, (_, i) => sampleUsage(`${i}`, { promptTokens: Number.MAX_SAFE_INTEGER - 1 }));
  await using store = await storeOf({ s: usage });
  const { totals } = await report(store);
  assertEquals(totals.reported.promptTokens, Number.MAX_SAFE_INTEGER);
  assertEquals(totals.reported.completionTokens, 6);
});

Deno.test("usageReport() of nothing is zeros, and a period that ends before it begins is refused", async () => {
  await using store = await storeOf({});
  const { rows, totals, complete } = await report(store);
  assertEquals([rows, tokensOf(totals), complete], [[], ["0+0", "0+0", "0+0"], true]);
  const period = { since: "2026-02-02", until: "2026-02-01" };
  const error = await assertRejects(() => report(store, period), OptaError, "ends before it begins");
  assert(error.code === "invalid_request");
});

Deno.test("UsageQuery refuses what is no time, no grouping and no limit", () => {
  for (
    const query of [
      { since: "yesterday" },
      { since: "2026-02-30" },
      { until: "2026-01-01T00:00:00" },
      { by: "year" },
      { limit: "0" },
      { limit: "1001" },
      { limit: "many" },
      { sessionId: "" },
    ]
  ) {
    assertEquals(UsageQuery.safeParse(query).success, false, JSON.stringify(query));
  }
  assertEquals(UsageQuery.parse({ since: "2026-01-01T00:00:00+02:00" }).by, "day");
});
