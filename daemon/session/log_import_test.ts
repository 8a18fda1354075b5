import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { initialState, MAX_IMPORT_EVENTS, OptaError } from "@opta/protocol";
import { fold, type OptaEvent, parseEvent } from "@opta/protocol";
import { sessionGrants } from "../permission/grant.ts";
import { LogImport } from "./log_import.ts";
import { MAX_IMPORTED_ENTRIES, MAX_IMPORTED_KEYS } from "./limits.ts";

const NOW_MS = Date.parse("2026-03-01T00:00:00.000Z");
const TS = "2026-01-05T10:00:00.000Z";
const who = { writerId: "alice", clientId: "c1" };
const stats = {
  ...{ tokens: 1, promptTokens: 1, completionTokens: 1, toolCalls: 0, elapsed: 1, speed: 1, firstTokenLatencyMs: null },
  usageSource: "reported",
};
const created = { event: "session.updated", payload: { title: "T", createdAt: TS } };
const queued = (turnId: string, more = {}) => ({
  event: "turn.queued",
  payload: { turnId, ...who, position: 0, content: `say ${turnId}`, mode: "chat", ...more },
});
const started = (turnId: string) => ({
  event: "turn.start",
  payload: { turnId, writerId: "alice", model: "m", provider: "p", transport: "t" },
});
const done = (turnId: string) => ({ event: "turn.done", payload: { turnId, ...who, finishReason: "stop", stats } });
const ask = (requestId: string, turnId: string) => ({
  event: "permission.request",
  payload: { requestId, toolName: "run", args: {}, turnId, callId: "c", argsHash: "h", reason: "r", rule: "run" },
});
const process = {
  ...{ processId: "bg", sessionId: "old", pid: 1, command: "serve", label: null, cwd: "/", state: "running" },
  ...{ exitCode: null, startedAt: TS, endedAt: null, runtimeMs: 0, timeoutMs: 0 },
};

type Fact = { event: string; payload: unknown } & Record<string, unknown>;

/** A log of these events, as it would have been exported elsewhere. */
function logOf(facts: readonly Fact[]): string[] {
  return facts.map((fact, i) =>
    JSON.stringify({ v: "3", daemonId: "d", sessionId: "old", epoch: "e", seq: i + 1, ts: TS, ...fact })
  );
}

function open(): LogImport {
  return new LogImport({ sessionId: "new", epoch: "epo", daemonId: "here", nowMs: NOW_MS });
}

function imported(facts: readonly Fact[]) {
  const log = open();
  const slices = [...logOf(facts).flatMap((line) => log.take(line) ?? []), log.end()];
  const events = slices.flatMap(({ lines }) => lines.map((line) => parseEvent(JSON.parse(line)) as OptaEvent));
  return { log, slices, events, state: events.reduce(fold, initialState("new", "epo")) };
}

function refusal(lines: readonly string[]): string {
  const log = open();
  const error = assertThrows(() => {
    for (const line of lines) log.take(line);
    log.end();
  }, OptaError);
  assertEquals(error.code, "invalid_request");
  return error.message;
}

Deno.test("LogImport keeps events, order and times, under the new id and epoch [E1, E2]", () => {
  const facts = [created, queued("t1"), started("t1"), done("t1")];
  const { events, slices, log } = imported(facts);
  assertEquals(events.map(({ event, payload }) => ({ event, payload })) as unknown[], facts);
  assertEquals(
    events.map(({ seq, ts, sessionId, epoch }) => [seq, ts, sessionId, epoch]),
    facts.map((_, i) => [
      ...[i + 1, TS, "new", "epo"],
    ]),
  );
  assertEquals(slices.flatMap(({ search }) => search.map(({ text }) => text)), ["say t1"]);
  assertEquals(slices.at(-1)?.index.updatedAt, TS);
  assertEquals([log.report.turns, log.report.events, log.report.endedTurns], [1, 4, 0]);
});

Deno.test("LogImport ends what was left open: turns, requests and processes [T1, X1]", () => {
  const { state, log } = imported([
    created,
    ...[queued("t0"), started("t0"), ask("p0", "t0"), done("t0")],
    ...[queued("t1"), started("t1"), ask("p1", "t1"), queued("t2")],
    { event: "background.status", payload: { process, reason: "started" } },
  ]);
  assertEquals([state.active, state.queue], [null, []]);
  assertEquals(state.turns.map(({ end }) => end?.kind === "done" ? end.finishReason : end?.code), [
    "stop",
    "interrupted",
    "cancelled",
  ]);
  assert(Object.values(state.permissions).every(({ resolved }) => resolved?.decision === "deny"));
  assertEquals([state.background["bg"]?.state, state.background["bg"]?.sessionId], ["killed", "new"]);
  assertEquals(log.report.endedTurns, 2);
});

Deno.test("LogImport takes over no approval and no folder [P5]", () => {
  const resolved = (requestId: string, scope: string) => ({
    event: "permission.resolved",
    payload: { requestId, decision: "allow", decidedBy: "mallory", reason: "user", scope },
  });
  const overrides = { auto: true, dangerous: true, model: "m" };
  const { state, log } = imported([
    { event: "session.updated", payload: { createdAt: TS, workspace: { cwd: "/", dirs: ["/etc"] } } },
    queued("t1", { overrides }),
    started("t1"),
    ...[ask("p1", "t1"), ask("p2", "t1")],
    ...[resolved("p1", "session"), resolved("p2", "always")],
    done("t1"),
    { event: "session.updated", payload: { workspace: { cwd: "/root", dirs: [] } } },
  ]);
  assertEquals(sessionGrants(state), []);
  assertEquals(
    Object.values(state.permissions).map(({ resolved }) => resolved),
    ["mallory", "mallory"].map((decidedBy) => ({
      ...{ decision: "allow" as const, decidedBy, reason: "user" as const },
    })),
  );
  assertEquals([state.workspace, state.turns[0]?.overrides], [null, { model: "m" }]);
  assertEquals(log.report.leftOut, { approvals: 3, workspaces: 2, unknownEvents: 0, unknownKeys: 0 });
});

Deno.test("LogImport counts what it does not know, and goes on [E7]", () => {
  const { log, state } = imported([
    { ...created, more: 1 },
    { event: "session.sung", payload: { song: "la" } },
    { event: "turn.queued", payload: { ...queued("t1").payload, colour: "red", size: 2 } },
    { event: "turn.queued", payload: queued("t2").payload, ts: "2026-01-05T11:00:00+01:00" },
  ]);
  assertEquals(log.report.leftOut, { approvals: 0, workspaces: 0, unknownEvents: 1, unknownKeys: 3 });
  assertEquals(state.turns.map(({ queuedAt }) => queuedAt), [TS, TS]);
});

Deno.test("LogImport puts nothing into the future, and begins with the time of the first event", () => {
  const late = { event: "session.updated", payload: { title: "T" }, ts: "9999-12-31T23:59:59.999Z" };
  const { state } = imported([late]);
  assertEquals([state.updatedAt, state.createdAt], Array(2).fill(new Date(NOW_MS).toISOString()));
  const made = { event: "session.updated", payload: { createdAt: "9999-12-31T23:59:59.999Z" } };
  assertEquals(imported([made]).state.createdAt, new Date(NOW_MS).toISOString());
});

Deno.test("LogImport refuses what no daemon has written, and says in which line", () => {
  const cases: [RegExp, (Fact | string)[]][] = [
    [/no event/, []],
    [/^Line 1: it is not valid JSON/, ["{"]],
    [/^Line 1: .*nested deeper/, ["[".repeat(100_000)]],
    [/^Line 1: v: /, [JSON.stringify({ hello: 1 })]],
    [/^Line 1: a log does not begin like this/, [queued("t1")]],
    [/^Line 2: event 2 is missing: this one is number 7/, [created, { ...created, seq: 7 }]],
    [/^Line 1: event 1 is missing/, [{ ...created, seq: 2 }]],
    [/^Line 2: it is of another session/, [created, { ...created, epoch: "other" }]],
    [/^Line 2: it is of another session/, [created, { ...created, sessionId: "other" }]],
    [/^Line 1: the event: the time/, [{ ...created, ts: "yesterday" }]],
    [/^Line 1: createdAt: /, [{ event: "session.updated", payload: { createdAt: "once" } }]],
    [/^Line 1: tags.*:/, [{ event: "session.updated", payload: { tags: Array(51).fill("x") } }]],
    [/^Line 1: metadata: /, [{ event: "session.updated", payload: { metadata: { x: "y".repeat(70_000) } } }]],
    [/^Line 2: .*snapshot/, [created, {
      event: "session.snapshot",
      payload: { sessionId: "s", asOfSeq: 1, state: {} },
    }]],
    [/^Line 2: content: /, [created, queued("t1", { content: 7 })]],
    [/^Line 2: content: .*empty/, [created, queued("t1", { content: " " })]],
    [/^Line 3: the turn t1 comes twice/, [created, queued("t1"), queued("t1")]],
    [/^Line 5: a turn starts while another/, [created, queued("t1"), queued("t2"), started("t1"), started("t2")]],
    [/^Line 67: more than 64 turns wait/, [created, ...Array.from({ length: 66 }, (_, i) => queued(`t${i}`))]],
    [/^Line 2: .*__proto__/, [created, queued("__proto__")]],
    [/^Line 1: it has the key "__proto__"/, [
      `{"v":"3","event":"session.updated","daemonId":"d","sessionId":"s","epoch":"e","seq":1,"ts":"${TS}","payload":{"metadata":{"a":[{"\\u005f_proto__":{"x":1}}]}}}`,
    ]],
  ];
  for (const [message, facts] of cases) {
    const lines = facts.map((fact, i) =>
      typeof fact === "string" ? fact : logOf(Array(i).fill(created).concat(fact))[i]!
    );
    assertMatch(refusal(lines), message);
  }
});

Deno.test("LogImport bounds what makes folding slow", () => {
  const parts = Array.from({ length: MAX_IMPORTED_ENTRIES + 2 }, (_, i) => ({
    event: i % 2 ? "turn.token" : "turn.thinking",
    payload: { turnId: "t1", partId: `p${i}`, text: "x", offset: 0 },
  }));
  assertMatch(
    refusal(logOf([created, queued("t1"), started("t1"), ...parts])),
    /there are more than 20000 turns, parts/,
  );
  const asks = Array.from({ length: MAX_IMPORTED_KEYS + 1 }, (_, i) => ask(`p${i}`, "t1"));
  assertMatch(refusal(logOf([created, ...asks])), /there are more than 2000 requests/);
  const processes = Array.from({ length: MAX_IMPORTED_KEYS + 1 }, (_, i) => ({
    event: "background.status",
    payload: { process: { ...process, processId: `p${i}` }, reason: "x" },
  }));
  assertMatch(refusal(logOf([created, ...processes])), /there are more than 2000 requests for permission or processes/);
  assertMatch(refusal(logOf([created]).concat(Array(MAX_IMPORT_EVENTS).fill(""))), /^Line 250001: .* 250000 lines$/);
});
