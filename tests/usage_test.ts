/** `opta usage` and `GET /v3/usage` with the real daemon: every turn is counted, and no count is more than it is worth. */
import type { UsageReport } from "@opta/protocol";
import { Api, Session } from "@opta/protocol/client";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Opta, outcomeOf } from "./support/opta.ts";
import type { ScriptRule } from "./support/fake_script.ts";
import { createSession, soon } from "./support/session.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";
import { type FakeModel, startFakeModel } from "./support/start_fake_model.ts";

const optaWith = (fake: FakeModel, provider: "openai" | "lmx", env: Record<string, string> = {}) =>
  Opta.create({ OPTA_HOST: fake.host, OPTA_PORT: String(fake.port), OPTA_PROVIDER: provider, ...env });

const isHeld = (stats: { requests: { held: boolean }[] }) => stats.requests.some(({ held }) => held);

async function usageOf(opta: Opta, words: string[] = []): Promise<UsageReport> {
  const { code, stdout, stderr } = await opta.run(["usage", "--json", ...words]);
  assertEquals([code, stderr], [0, ""]);
  return JSON.parse(stdout);
}

const turnsOf = ({ totals: { reported, estimated, partial } }: UsageReport) =>
  [reported, estimated, partial].map(({ turns }) => turns);

Deno.test("opta usage counts what a server reports, and shows it by day, model and session", async () => {
  await using fake = await startFakeModel();
  await fake.script({ tokens: ["Hello", "."] });
  await using opta = await optaWith(fake, "openai");
  const { sessionId, stats } = JSON.parse((await opta.run(["do", "-f", "json", "one"])).stdout);
  assertEquals((await opta.run(["do", "two"])).code, 0);

  const report = await usageOf(opta, ["--session", sessionId.slice(0, 14)]);
  assertEquals(turnsOf(report), [1, 0, 0]);
  const { promptTokens, completionTokens } = report.totals.reported;
  assertEquals([promptTokens, completionTokens], [stats.promptTokens, stats.completionTokens]);
  assertEquals(turnsOf(await usageOf(opta)), [2, 0, 0]);
  assertEquals((await usageOf(opta, ["--by", "model"])).rows.map((row) => "model" in row && row.model), ["fake-model"]);
  assertEquals((await usageOf(opta, ["--by", "session"])).rows.length, 2);
  assertEquals((await usageOf(opta, ["--by", "session", "--limit", "1"])).more, true);
  assertEquals(turnsOf(await usageOf(opta, ["--model", "another"])), [0, 0, 0]);
  assertEquals(turnsOf(await usageOf(opta, ["--since", "1h"])), [2, 0, 0]);

  const { code, stdout, stderr } = await opta.run(["usage"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^Tokens by day, .*\n\nDay .*\n\d{4}-\d\d-\d\d {2}reported {2,}2 /);
  assert(!stdout.includes("\x1b") && !stdout.includes("estimated"), stdout);
});

Deno.test("opta usage marks the estimates of LMX, and never adds them to what was reported", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake, "lmx");
  await fake.script({ tokens: ["Hello", ", world", "."] });
  assertEquals((await opta.run(["do", "say hello"])).code, 0);
  const { stdout } = await opta.run(["usage"]);
  assertMatch(stdout, /estimated +1 /);
  assert(!/reported +\d/.test(stdout), stdout);
  const estimated = (await usageOf(opta)).totals.estimated;
  assert(estimated.turns === 1 && estimated.completionTokens > 0);
});

Deno.test("a turn that was cancelled counts as partial, and so does one that failed", async () => {
  await using fake = await startFakeModel();
  await using opta = await optaWith(fake, "openai");
  await fake.script({
    tokens: ["one ", "two "],
    fault: { kind: "error", after: 1, message: "out of memory" },
    times: 1,
  });
  assertEquals((await opta.run(["do", "fail"])).code, 1);
  assertEquals(turnsOf(await usageOf(opta)), [0, 0, 1]);

  await fake.script({ tokens: ["one ", "two "], pace: "manual", times: 1 });
  const child = opta.spawn(["do", "go"]);
  const outcome = outcomeOf(child);
  await fake.waitFor(isHeld);
  child.kill("SIGINT");
  assertEquals((await outcome).code, 130);
  assertEquals(turnsOf(await usageOf(opta)), [0, 0, 2]);
  assertStringIncludes((await opta.run(["usage"])).stdout, "partial: turns that broke off");
});

Deno.test("opta usage has the turn that a crash broke off", async () => {
  await using fake = await startFakeModel();
  await using daemon = await startDaemon({ modelUrl: fake.url });
  await fake.script({ tokens: ["one ", "two "], pace: "manual", times: 1 });
  const sessionId = await createSession(daemon);
  await using session = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c", writerId: "alice" });
  await session.submit("go", { signal: soon() });
  await fake.waitFor(isHeld);
  await session.until((state) => state.active !== null, soon());
  await daemon.kill("SIGKILL");
  await daemon.restart();
  const state = await session.until((state) => state.turns.length === 1, soon());
  const report = await reportOf(daemon);
  assertEquals(turnsOf(report), [0, 0, 1]);
  requireSame(report, state.usage);
});

/** Usage that no server should send: as it stands in the JSON of an answer. */
const garbage = [
  '{"prompt_tokens":-5,"completion_tokens":-1}',
  '{"prompt_tokens":1.5,"completion_tokens":2.4999}',
  '{"prompt_tokens":1e300,"completion_tokens":1e300}',
  '{"prompt_tokens":1e999,"completion_tokens":3}',
  '{"prompt_tokens":"NaN","completion_tokens":"many"}',
  '{"prompt_tokens":null,"completion_tokens":[]}',
  '"none"',
  "[]",
  "-1",
];

/** An answer with this usage, in the ways in which servers send it. */
const nonsense: Record<string, { provider: "openai" | "lmx"; rawOf: (usage: string) => ScriptRule["raw"] }> = {
  "after its answer": {
    provider: "openai",
    rawOf: (usage) => ({
      chunks: [
        'data: {"choices":[{"delta":{"content":"Hi."},"finish_reason":"stop"}]}\n\n',
        `data: {"choices":[],"usage":${usage}}\n\n`,
        "data: [DONE]\n\n",
      ],
    }),
  },
  "in every chunk": {
    provider: "openai",
    rawOf: (usage) => ({
      chunks: [
        `data: {"choices":[{"delta":{"content":"Hi."}}],"usage":${usage}}\n\n`,
        `data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":${usage}}\n\n`,
      ],
    }),
  },
  "in one document": {
    provider: "openai",
    rawOf: (usage) => ({
      chunks: [`{"choices":[{"message":{"content":"Hi."},"finish_reason":"stop"}],"usage":${usage}}`],
      contentType: "application/json",
    }),
  },
  "over a WebSocket": {
    provider: "lmx",
    rawOf: (usage) => ({
      chunks: [
        '{"type":"chat.token","request_id":"{{id}}","content":"Hi."}',
        `{"type":"chat.done","request_id":"{{id}}","finish_reason":"stop","usage":${usage}}`,
      ],
    }),
  },
};

for (const [way, { provider, rawOf }] of Object.entries(nonsense)) {
  Deno.test(`a server that reports nonsense ${way} breaks neither its turns nor the sums`, async () => {
    await using fake = await startFakeModel();
    await using daemon = await startDaemon({ modelUrl: fake.url, provider });
    const sessionId = await createSession(daemon);
    await using session = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c", writerId: "alice" });
    for (const [i, usage] of garbage.entries()) {
      await fake.script({ raw: rawOf(usage), times: 1 });
      await session.submit("hello", { signal: soon() });
      const { turns } = await session.until((state) => state.turns.length === i + 1, soon());
      assertEquals(turns[i]?.end?.kind, "done", usage);
    }
    const report = await reportOf(daemon);
    assertEquals(turnsOf(report).reduce((sum, turns) => sum + turns), garbage.length);
    requireSame(report, session.state.usage);
    for (const { promptTokens, completionTokens } of Object.values(report.totals)) {
      assert(Number.isSafeInteger(promptTokens) && Number.isSafeInteger(completionTokens));
    }
  });
}

Deno.test("a deleted session stays in the sums, without its id and title", async () => {
  await using daemon = await startDaemon();
  const sessionId = await createSession(daemon);
  await using session = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "c", writerId: "alice" });
  await session.submit("count to 5", { signal: soon() });
  await session.until((state) => state.turns.length === 1, soon());
  const before = await reportOf(daemon);
  await new Api(daemon.endpoint).call("deleteSession", { params: { sessionId }, signal: soon() });
  const after = await reportOf(daemon);
  assertEquals(after.totals, before.totals);
  assertEquals(after.rows.map((row) => "sessionId" in row && [row.sessionId, row.title]), [[null, null]]);
});

Deno.test("opta usage without a turn says what to do, starts a daemon for it, and counts days where the user lives", async () => {
  await using opta = await Opta.create({ TZ: "Pacific/Kiritimati" });
  const { code, stdout, stderr } = await opta.run(["usage"]);
  assertEquals([code, stdout], [0, ""]);
  assertStringIncludes(stderr, "No turn has been run yet. Run one with: opta do");
  assertStringIncludes((await opta.run(["usage", "--since", "7d"])).stderr, 'See all with "opta usage"');

  const days = () => new Intl.DateTimeFormat("en-CA", { timeZone: "Pacific/Kiritimati" }).format(); // YYYY-MM-DD
  const before = days();
  assertEquals((await opta.run(["do", "count to 2"])).code, 0);
  const { timeZone, rows } = await usageOf(opta);
  assertEquals(timeZone, "Pacific/Kiritimati");
  const [row] = rows;
  assert(row && "day" in row && [before, days()].includes(row.day), JSON.stringify(row)); // midnight may have passed
});

Deno.test("opta usage refuses what makes no sense, in one line and with an example", async () => {
  await using opta = await Opta.create();
  const wrong: [words: string[], message: string][] = [
    [["--since", "yesterday"], 'opta: --since "yesterday" is no time; write it as --since 7d'],
    [["--until", "2026-02-30"], 'opta: --until "2026-02-30" is no time'],
    [["--since", "2026-02-02", "--until", "2026-02-01"], "ends before it begins"],
    [["--by", "year"], "Allowed choices are day, model, session"],
    [["--limit", "0"], "--limit 10"],
    [["--session", "sess_nowhere"], 'There is no session "sess_nowhere"'],
  ];
  for (const [words, message] of wrong) {
    const { code, stdout, stderr } = await opta.run(["usage", ...words]);
    assertEquals([code, stdout], [2, ""], words.join(" "));
    assertStringIncludes(stderr, message);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
  }
});

async function reportOf(daemon: TestDaemon): Promise<UsageReport> {
  return await new Api(daemon.endpoint).call("usage", { query: { by: "session" }, signal: soon() });
}

/** What clients fold of the session is what the daemon sums up. */
function requireSame(
  { totals }: UsageReport,
  folded: Record<string, { promptTokens: number; completionTokens: number }>,
) {
  for (const [source, { promptTokens, completionTokens }] of Object.entries(totals)) {
    assertEquals({ promptTokens, completionTokens }, folded[source], source);
  }
}
