/** Relay latency: the time from the emission of a token at the model server to a client that has parsed it. */
import { type FakeModel, readStamps, type ScriptRule, sharedNowMs } from "../tests/support/mod.ts";
import type { TestDaemon } from "../tests/support/start_daemon.ts";
import type { Ask } from "./direct.ts";
import type { Attach } from "./opta_clients.ts";
import { createSession, submitTurn } from "./turns.ts";

/** In which all submits of a round have been taken. */
const SETTLE_MS = 500;

export interface RelayLoad {
  /** Tokens a second of each session. */
  rate: number;
  /** Tokens of each answer. */
  tokens: number;
  sessions?: number;
  /** Clients on each session. */
  clients?: number;
}

/** Latencies of all tokens, without a daemon. */
export async function relayDirect(model: FakeModel, ask: Ask, load: RelayLoad): Promise<number[]> {
  const { sessions = 1 } = load;
  const latencies: number[] = [];
  await model.script({ ...stamped(load), times: sessions });
  await Promise.all(Array.from({ length: sessions }, () => ask(model, (text) => noteLatency(text, latencies))));
  return checked(latencies, load.tokens * sessions);
}

/** Latencies of all tokens at all clients, through a daemon. */
export async function relayThrough(
  daemon: TestDaemon,
  model: FakeModel,
  attach: Attach,
  load: RelayLoad,
): Promise<number[]> {
  const { sessions = 1, clients = 1 } = load;
  const latencies: number[] = [];
  const ends: Promise<void>[] = [];
  const sessionIds: string[] = [];
  await using stack = new AsyncDisposableStack();
  for (let i = 0; i < sessions; i++) {
    const sessionId = await createSession(daemon);
    sessionIds.push(sessionId);
    for (let j = 0; j < clients; j++) {
      const { promise, resolve: onDone, reject: onError } = Promise.withResolvers<void>();
      const onText = (text: string) => noteLatency(text, latencies);
      stack.use(await attach(daemon, sessionId, { onText, onDone, onError }));
      ends.push(promise);
    }
  }
  await model.script({ ...stamped(load), times: sessions });
  await Promise.all(sessionIds.map((sessionId) => submitTurn(daemon, sessionId)));
  await Promise.all(ends);
  return checked(latencies, load.tokens * sessions * clients);
}

/** Notes how long ago the tokens of a piece of text were emitted. */
export function noteLatency(text: string, latencies: number[]): void {
  const now = sharedNowMs();
  for (const stamp of readStamps(text)) latencies.push(now - stamp);
}

/** Several answers begin after a pause, so that what is measured is tokens beside tokens and not beside submits. */
function stamped({ rate, tokens, sessions = 1 }: RelayLoad): ScriptRule {
  return { stampTokens: true, tokens, pace: rate, prefill: sessions > 1 ? SETTLE_MS : 0 };
}

/** Tokens that never came must not make for a fine latency. */
function checked(latencies: number[], expected: number): number[] {
  if (latencies.length !== expected) throw new Error(`Saw ${latencies.length} tokens of ${expected}`);
  return latencies;
}
