/** Sessions over a store and a scripted model, and what tests ask of them. */
import {
  type CreateSessionBody,
  type OptaEvent,
  parseEvent,
  type SessionState,
  type SubmitBody,
  type UnknownEvent,
} from "@opta/protocol";
import { MemoryStore } from "../../store/memory_store.ts";
import type { Store } from "../../store/store.ts";
import { withoutSecrets } from "../../observe/redact.ts";
import { follow, type FollowItem, type FollowRequest } from "../follow.ts";
import { Presence } from "../presence.ts";
import type { Session } from "../session.ts";
import type { LogRecord } from "../log_record.ts";
import type { Report } from "../report.ts";
import { Sessions } from "../sessions.ts";
import type { SessionsOptions } from "../sessions_options.ts";
import type { ToolSource } from "../../tools/turn_tools.ts";
import { ManualClock } from "./manual_clock.ts";
import { ScriptedModels } from "./scripted_model.ts";

/** Longest time of a turn here. */
export const TURN_LIMIT_MS = 600_000;

/** Longest time for a decision here. */
export const PERMISSION_LIMIT_MS = 300_000;

/** Known to the daemon here, and to be found in no log. */
export const SECRET = "the-key-of-the-model-server";

export interface Harness extends AsyncDisposable {
  store: Store;
  models: ScriptedModels;
  sessions: Sessions;
  /** Warnings and errors that went into the log, and of which no session tells. */
  reports: string[];
  /** All that went into the log. */
  records: LogRecord[];
  create(body?: CreateSessionBody): Promise<Session>;
  events(sessionId: string): Promise<(OptaEvent | UnknownEvent)[]>;
  /** Follows a session until the log satisfies `done`. */
  until(sessionId: string, done: (event: OptaEvent | UnknownEvent) => boolean): Promise<void>;
  follow(request: FollowRequest, signal: AbortSignal): AsyncGenerator<FollowItem>;
  /** From here on this daemon is dead: its leases are gone, and nobody told its sessions to stop. */
  crash(sessionId: string): Promise<void>;
  /** Makes a heartbeat due for every subscriber. */
  heartbeat(): void;
  /** The time of turns, which goes on when a test says so. */
  clock: ManualClock;
}

/** @param more options of the sessions that no other test has needed */
export function harness(
  store: Store = new MemoryStore(),
  daemonId = "daemon_test",
  tools?: ToolSource,
  more: Pick<SessionsOptions, "now" | "maxSessions"> = {},
): Harness {
  const models = new ScriptedModels();
  const reports: string[] = [];
  const records: LogRecord[] = [];
  const clock = new ManualClock();
  const report: Report = (level, message, facts) => {
    records.push({ level, message, facts });
    const isOfTurn = facts.code !== undefined; // one that failed, as its session says as well
    if (level === "error" || (level === "warning" && !isOfTurn)) reports.push(message);
  };
  const sessions = new Sessions({
    store,
    models,
    daemonId,
    report,
    clock,
    random: () => 0.9,
    turnLimitMs: TURN_LIMIT_MS,
    permissionLimitMs: PERMISSION_LIMIT_MS,
    redact: (text) => withoutSecrets(text, [SECRET]),
    ...(tools && { tools }),
    ...more,
  });
  const ticks = new Set<() => void>();
  const every = (_ms: number, tick: () => void) => {
    ticks.add(tick);
    return () => void ticks.delete(tick);
  };
  const source = { store, daemonId, snapshot: (id: string) => sessions.snapshot(id), presence: new Presence(), every };
  return {
    store,
    models,
    sessions,
    reports,
    records,
    clock,
    create: async (body = {}) => await sessions.get((await sessions.create(body)).summary.sessionId),
    events: async (sessionId) =>
      (await store.read(sessionId, 0, { maxEvents: 100_000, maxBytes: 1e9 })).map(({ line }) =>
        parseEvent(JSON.parse(line))
      ),
    async until(sessionId, done) {
      const left = new AbortController();
      for await (const item of follow(source, { sessionId, afterSeq: 0 }, left.signal)) {
        if (item.kind === "lines" && item.lines.some(({ line }) => done(parseEvent(JSON.parse(line))))) break;
      }
      left.abort();
    },
    follow: (request, signal) => follow(source, request, signal),
    crash: (sessionId) => store.release(sessionId, daemonId),
    heartbeat: () => ticks.forEach((tick) => tick()),
    [Symbol.asyncDispose]: async () => {
      await sessions.stop(0);
      await store.close();
    },
  };
}

/** A submit of `writer`, as a client would send it. */
export function turnOf(content: string, writer = "alice", more: Partial<SubmitBody> = {}): SubmitBody {
  return { clientId: `client_${writer}`, writerId: writer, content, mode: "chat", ...more };
}

/** What each turn of a state came to, in order: its content and how it ended. */
export function outcomes(state: SessionState): string[] {
  return state.turns.map(({ content, end }) =>
    `${content}: ${end?.kind === "done" ? end.finishReason : end?.kind === "error" ? end.code : "open"}`
  );
}
