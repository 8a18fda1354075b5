/** Appends, lines and rows for the tests of stores. */
import type { Append, LogLine, PageLimit, SessionIndex, Store, UsageFilter, UsedTurn } from "./store.ts";
import type { TurnUsage } from "./turn_usage.ts";

export const EPOCH = "epo_1";
/** More than any test reads. */
export const WHOLE: PageLimit = { maxEvents: 1_000_000, maxBytes: 1_000_000_000 };

export function sampleIndex(changes: Partial<SessionIndex> = {}): SessionIndex {
  return {
    title: "",
    model: null,
    tags: [],
    createdAt: "2026-01-01T00:00:00.000Z",
    updatedAt: "2026-01-01T00:00:00.000Z",
    activeTurnId: null,
    queuedTurns: 0,
    toolCallCount: 0,
    writerCount: 0,
    ...changes,
  };
}

/** A line as the daemon writes it. */
export function sampleLine(sessionId: string, seq: number, payload: Record<string, unknown> = {}): string {
  const ts = "2026-01-01T00:00:00.000Z";
  return JSON.stringify({ v: "3", event: "turn.token", daemonId: "dmn_1", sessionId, epoch: EPOCH, seq, ts, payload });
}

/** An append of `count` streamed lines after `expectedHead`. */
export function deltas(sessionId: string, expectedHead: number, count = 1): Append {
  const lines = Array.from({ length: count }, (_, i) => sampleLine(sessionId, expectedHead + 1 + i));
  return { sessionId, epoch: EPOCH, expectedHead, lines, durability: "written" };
}

/** The append that creates a session with one event. */
export function creation(sessionId: string, index: Partial<SessionIndex> = {}): Append {
  return { ...deltas(sessionId, 0), durability: "synced", create: true, index: sampleIndex(index) };
}

export function sampleUsage(turnId: string, changes: Partial<TurnUsage> = {}): TurnUsage {
  return {
    turnId,
    seq: 1,
    endedAt: "2026-01-01T00:00:00.000Z",
    provider: "lmx",
    model: "llama",
    source: "reported",
    estimatedBy: null,
    promptTokens: 10,
    completionTokens: 2,
    toolCalls: 0,
    elapsedMs: 500,
    ...changes,
  };
}

export async function readUsage(store: Store, filter: UsageFilter = {}): Promise<UsedTurn[]> {
  return (await Array.fromAsync(store.usage(filter))).flat();
}

export async function readAll(store: Store, sessionId: string, limit: PageLimit = WHOLE): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  for (;;) {
    const page = await store.read(sessionId, lines.at(-1)?.seq ?? 0, limit);
    if (page.length === 0) return lines;
    lines.push(...page);
  }
}
