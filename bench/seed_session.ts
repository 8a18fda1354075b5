/** Writes a long session into a database before its daemon starts, with the code by which a daemon would have written it. */
import { type EventDraft, initialState, stateFiles } from "@opta/protocol";
import { SessionLog } from "../daemon/session/session_log.ts";
import { SqliteStore } from "../daemon/store/sqlite_store.ts";

export interface LongSession {
  sessionId: string;
  turns: number;
  /** Deltas of each turn's answer; a turn has three events besides. */
  deltas: number;
  /** What each turn asks, and what it is answered in place of the deltas. */
  say?(turn: number): { question: string; answer: string };
}

export async function seedSessions(stateDir: string, sessions: LongSession[]): Promise<void> {
  await using store = await SqliteStore.open({
    path: `${stateDir}/${stateFiles.database}`,
    bootId: "boot-of-the-test",
  });
  for (const { sessionId, turns, deltas, say } of sessions) {
    const log = new SessionLog({
      store,
      daemonId: "daemon_seed",
      now: Date.now,
      state: initialState(sessionId, crypto.randomUUID()),
      onFailure: (error) => {
        throw error;
      },
    });
    const created = { title: sessionId, createdAt: new Date().toISOString() };
    await log.append([{ event: "session.updated", payload: created }], "synced", { create: true });
    for (let turn = 0; turn < turns; turn++) {
      await log.append(turnOf(`turn_${turn}`, deltas, say?.(turn)), "written");
    }
    await log.append([{ event: "session.updated", payload: { tags: ["seeded"] } }], "synced"); // makes all of it durable
  }
}

function turnOf(turnId: string, deltas: number, said?: { question: string; answer: string }): EventDraft[] {
  const who = { turnId, writerId: "bench", clientId: "bench" };
  const drafts: EventDraft[] = [
    {
      event: "turn.queued",
      payload: { ...who, position: 0, content: said?.question ?? "Tell me more.", mode: "chat" },
    },
    {
      event: "turn.start",
      payload: { turnId, writerId: "bench", model: "fake-model", provider: "openai", transport: "sse" },
    },
  ];
  const text = "word ";
  if (said) drafts.push({ event: "turn.token", payload: { text: said.answer, turnId, partId: "p1", offset: 0 } });
  for (let i = 0; i < deltas; i++) {
    drafts.push({ event: "turn.token", payload: { text, turnId, partId: "p1", offset: i * text.length } });
  }
  const stats = {
    tokens: deltas,
    promptTokens: 0,
    completionTokens: deltas,
    toolCalls: 0,
    elapsed: 1,
    speed: deltas,
    firstTokenLatencyMs: 1,
    usageSource: "estimated" as const,
  };
  return [...drafts, { event: "turn.done", payload: { ...who, finishReason: "stop", stats } }];
}
