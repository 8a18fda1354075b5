/**
 * All sessions of this daemon: creates, finds, loads and lets go of them, brings them back after a crash and stops them.
 * A session is in memory while it is used; the store has it always.
 */
import {
  type CreateSessionBody,
  type EventDraft,
  initialState,
  OptaError,
  type RouteParsed,
  type RouteResponse,
  type SessionState,
  type SessionSummary,
} from "@opta/protocol";
import { clearImmediate, setImmediate } from "node:timers";
import type { ModelSource } from "../model/model.ts";
import { DEFAULT_TIMEOUTS } from "../model/timeouts.ts";
import { ModelCounters } from "../observe/model_counters.ts";
import { HeadMismatchError, type SessionRow, StorageError, type Store } from "../store/store.ts";
import {
  MAX_LOADED_SESSIONS,
  MAX_RUNNING_TURNS,
  MAX_SESSIONS,
  PERMISSION_LIMIT_MS,
  REVIVE_AFTER_MS,
} from "./limits.ts";
import { noTools, type ToolSource } from "../tools/turn_tools.ts";
import { openRequests } from "./ask_permission.ts";
import { loadLog } from "./load.ts";
import { logRecord } from "./log_record.ts";
import { Session } from "./session.ts";
import { sessionIndex, SessionLog } from "./session_log.ts";
import { Slots } from "./slots.ts";
import { interruption, outOfSpace } from "./turn.ts";
import { systemClock, type TurnClock } from "./turn_run.ts";

/** What happened that somebody should read about. */
export type Report = (
  level: "debug" | "info" | "warning" | "error",
  message: string,
  facts: Record<string, unknown>,
) => void;

export interface SessionsOptions {
  store: Store;
  models: ModelSource;
  daemonId: string;
  report: Report;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** The clock and the dice of turns, and how long one may take. */
  clock?: TurnClock;
  random?: () => number;
  turnLimitMs?: number;
  permissionLimitMs?: number;
  /** The window of models in tokens; `null` for what their servers say. */
  contextLength?: number | null;
  tools?: ToolSource;
  /** Takes known secrets out of what tools say. */
  redact?: (text: string) => string;
  traffic?: ModelCounters;
  maxSessions?: number;
}

/** A lease keeps two daemons from loading one session; that they cannot both write to it, `expectedHead` sees to. */
const LEASE_MS = 60_000;

export class Sessions {
  readonly #options: Required<SessionsOptions>;
  readonly #store: Store;
  readonly #slots = new Slots(MAX_RUNNING_TURNS);
  /** In the order of their last use. */
  readonly #loaded = new Map<string, Promise<Session>>();
  readonly #live = new Map<string, Session>();
  /** Sessions whose unsynced tail may be lost, until they have a new epoch [E2]. */
  readonly #doubtful = new Set<string>();
  /** Sessions whose log could not be written because the disk was full. */
  readonly #starved = new Set<string>();
  readonly #revivals = new Map<string, ReturnType<typeof setTimeout>>();
  #endOfTick: ReturnType<typeof setImmediate> | null = null;
  #stopping = false;

  constructor(options: SessionsOptions) {
    this.#options = {
      now: Date.now,
      clock: systemClock,
      random: Math.random,
      turnLimitMs: DEFAULT_TIMEOUTS.turnMs,
      permissionLimitMs: PERMISSION_LIMIT_MS,
      contextLength: null,
      tools: noTools,
      redact: (text) => text,
      traffic: new ModelCounters(),
      maxSessions: MAX_SESSIONS,
      ...options,
    };
    this.#store = options.store;
  }

  /** Ends what a dead daemon left running and goes on with what it left queued [X1]. Nothing may be served before. */
  async recover(): Promise<void> {
    const unfinished = await this.#store.unfinished();
    if (this.#store.tailsMayBeLost) unfinished.forEach((sessionId) => this.#doubtful.add(sessionId));
    for (const sessionId of unfinished) {
      try {
        await this.get(sessionId);
      } catch (error) {
        this.#options.report("error", "A session could not be recovered", { sessionId, error: String(error) });
        this.#revive(sessionId);
      }
    }
  }

  /** The existing session when the id is taken. */
  async create(body: CreateSessionBody): Promise<{ summary: SessionSummary; created: boolean }> {
    this.#refuseWhenStopping();
    const sessionId = body.sessionId ?? `sess_${crypto.randomUUID()}`;
    const existing = await this.#store.find(sessionId);
    if (existing) return { summary: summarize(existing), created: false };
    if (await this.#store.count() >= this.#options.maxSessions) {
      const message = `There are ${this.#options.maxSessions} sessions already. Delete some first.`;
      throw new OptaError("too_many_sessions", message);
    }
    const log = this.#openLog(initialState(sessionId, newEpoch()), () => {});
    const { title, model, messages, metadata, workspace } = body;
    const createdAt = new Date(this.#options.now()).toISOString();
    const payload = { title, model, messages, metadata, workspace, createdAt };
    try {
      await log.append([{ event: "session.updated", payload }], "synced", { create: true });
    } catch (error) {
      const winner = error instanceof HeadMismatchError ? await this.#store.find(sessionId) : null;
      if (winner) return { summary: summarize(winner), created: false }; // two clients made the same id at once
      throw error;
    }
    return { summary: summaryOf(log.committed), created: true };
  }

  /** @throws {OptaError} `not_found` */
  async get(sessionId: string): Promise<Session> {
    const loaded = this.#loaded.get(sessionId) ?? this.#load(sessionId);
    this.#loaded.delete(sessionId);
    this.#loaded.set(sessionId, loaded);
    if (this.#loaded.size > MAX_LOADED_SESSIONS) this.#letGoSoon();
    return await loaded;
  }

  /** The durable state, as a snapshot shows it; also of a session whose log takes no writes now. */
  async snapshot(sessionId: string): Promise<SessionState> {
    try {
      return (await this.get(sessionId)).state;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const head = await this.#store.head(sessionId);
      const loaded = head && await loadLog(this.#store, sessionId, head);
      if (!loaded || loaded.damage !== null || this.#doubtful.has(sessionId)) throw error;
      return loaded.state;
    }
  }

  async list(query: RouteParsed<"listSessions", "query">): Promise<RouteResponse<"listSessions">> {
    const { rows, nextCursor } = await this.#store.list(query);
    const sessions = rows.map((row) => {
      const live = this.#live.get(row.sessionId); // where nothing runs, nothing asks
      return { ...summarize(row), ...(live && { pendingPermissions: pendingPermissions(live.state) }) };
    });
    return { sessions, nextCursor };
  }

  /** Cancels what runs, then forgets the session and its log. */
  async remove(sessionId: string): Promise<void> {
    const session = await this.get(sessionId);
    session.close();
    await session.cancel({});
    await session.idle();
    await this.#store.remove(sessionId);
    this.#forget(sessionId);
    await this.#options.tools.remove(sessionId); // last: what is no more can start nothing meanwhile
    this.#options.report("info", "A session was deleted", { sessionId });
  }

  /** Adds an event that no turn waits for, such as what a background process writes; one after another. */
  note(sessionId: string, draft: EventDraft): void {
    this.get(sessionId).then((session) => session.note(draft)).catch((error) => {
      if (error instanceof OptaError && error.code === "not_found") return; // it was removed
      this.#options.report("warning", "An event of a session was lost", { sessionId, error: errorText(error) });
    });
  }

  stats(): { activeTurnCount: number; queuedTurnCount: number; loadedSessionCount: number } {
    const states = [...this.#live.values()];
    return {
      activeTurnCount: states.filter((session) => session.running).length,
      queuedTurnCount: states.reduce((sum, session) => sum + session.state.queue.length, 0),
      loadedSessionCount: states.length,
    };
  }

  /** Takes no more turns, gives running ones `graceMs` to end, and interrupts what is left. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#revivals.values()) clearTimeout(timer);
    this.#revivals.clear();
    if (this.#endOfTick) clearImmediate(this.#endOfTick);
    await Promise.allSettled(this.#loaded.values());
    const sessions = [...this.#live.values()];
    for (const session of sessions) session.close();
    const idle = Promise.all(sessions.map((session) => session.idle()));
    const grace = setTimeout(() => sessions.forEach((session) => session.interrupt()), graceMs);
    await idle;
    clearTimeout(grace);
    await Promise.all([...this.#live.keys()].map((id) => this.#store.release(id, this.#options.daemonId)));
  }

  #load(sessionId: string): Promise<Session> {
    const loading = this.#read(sessionId);
    loading.catch(() => this.#loaded.delete(sessionId)); // the next caller tries again
    return loading;
  }

  async #read(sessionId: string): Promise<Session> {
    if (this.#doubtful.has(sessionId)) await this.#renew(sessionId, "the machine went down while a turn ran");
    const head = await this.#store.head(sessionId);
    if (!head) throw new OptaError("not_found", `There is no session "${sessionId}". See: opta chat, then /sessions`);
    const {
      store,
      models,
      traffic,
      clock,
      random,
      turnLimitMs,
      permissionLimitMs,
      contextLength,
      tools,
      redact,
      report,
    } = this.#options;
    if (!await store.lease(sessionId, this.#options.daemonId, LEASE_MS)) {
      throw new OptaError("conflict", `Another daemon is writing to session "${sessionId}".`);
    }
    const { state, damage, unknownEvents } = await loadLog(store, sessionId, head);
    if (damage) {
      await this.#renew(sessionId, damage, state);
      return await this.#read(sessionId);
    }
    if (unknownEvents > 0) {
      report("warning", "A session has events of a later version; they are kept and not shown", {
        sessionId,
        unknownEvents,
      });
    }
    const session: Session = new Session({
      log: this.#openLog(state, (error) => this.#lose(sessionId, session, error)),
      store,
      slots: this.#slots,
      turns: {
        models,
        traffic,
        clock,
        random,
        turnLimitMs,
        permissionLimitMs,
        contextLength,
        toolSource: tools,
        redact,
      },
      onTurnFailure: (sessionId, turnId, error) =>
        report("error", "A turn failed", { sessionId, turnId, error: errorText(error) }),
    });
    if (this.#stopping) session.close(); // asked for while the daemon stops: to be read, and to begin nothing
    this.#live.set(sessionId, session);
    await session.recover(this.#starved.has(sessionId) ? outOfSpace : interruption);
    this.#starved.delete(sessionId);
    return session;
  }

  #openLog(state: SessionState, onFailure: (error: unknown) => void): SessionLog {
    const { store, daemonId, now, report } = this.#options;
    const { sessionId } = state;
    const onAppended = (drafts: EventDraft[]) => {
      for (const record of drafts.map(logRecord)) {
        if (record) report(record.level, record.message, { sessionId, ...record.facts });
      }
    };
    return new SessionLog({ store, daemonId, now, state, onAppended, onFailure });
  }

  /** A session's log failed: it is given up, to be read again once the store takes writes. */
  #lose(sessionId: string, session: Session, error: unknown): void {
    this.#options.report("error", "A session's log could not be written", { sessionId, error: errorText(error) });
    if (error instanceof StorageError && error.fault === "full") this.#starved.add(sessionId);
    session.interrupt();
    this.#forget(sessionId);
    this.#revive(sessionId);
  }

  /**
   * Gives the log a new epoch, so that no client goes on from events that are no more [E2].
   *
   * @param good what is left of a damaged log
   */
  async #renew(sessionId: string, reason: string, good?: SessionState): Promise<void> {
    const head = await this.#store.head(sessionId);
    if (!head) return;
    const epoch = newEpoch();
    const keptEvents = good?.seq ?? head.seq;
    const facts = { sessionId, reason, keptEvents, lostEvents: head.seq - keptEvents };
    this.#options.report("warning", "History was lost or may have been: the session has a new epoch", facts);
    await this.#store.rewrite(sessionId, keptEvents, epoch);
    this.#doubtful.delete(sessionId);
    if (!good) return;
    const index = sessionIndex(good); // lists must not show what was cut
    await this.#store.append({ sessionId, epoch, expectedHead: keptEvents, lines: [], durability: "synced", index });
  }

  /** Reads a session again after a while, so that its turns end and its queue goes on without anybody asking. */
  #revive(sessionId: string): void {
    if (this.#stopping || this.#revivals.has(sessionId)) return;
    const timer = setTimeout(() => {
      this.#revivals.delete(sessionId);
      this.get(sessionId).catch((error) => {
        if (!(error instanceof OptaError && error.code === "not_found")) this.#revive(sessionId);
      });
    }, REVIVE_AFTER_MS);
    this.#revivals.set(sessionId, timer);
  }

  #forget(sessionId: string): void {
    this.#loaded.delete(sessionId);
    this.#live.delete(sessionId);
  }

  /**
   * Keeps memory bounded. Not at once: whoever has just been given a session begins to use it within this tick, and two
   * objects for one session would get in each other's way.
   */
  #letGoSoon(): void {
    if (this.#stopping) return;
    this.#endOfTick ??= setImmediate(() => {
      this.#endOfTick = null;
      this.#letGo();
    });
  }

  /** Drops the idle sessions that were not used for longest. */
  #letGo(): void {
    for (const sessionId of this.#loaded.keys()) {
      if (this.#loaded.size <= MAX_LOADED_SESSIONS) return;
      if (this.#live.get(sessionId)?.busy !== false) continue;
      this.#forget(sessionId);
      void this.#store.release(sessionId, this.#options.daemonId).catch(() => {}); // it runs out by itself
    }
  }

  #refuseWhenStopping(): void {
    if (this.#stopping) throw new OptaError("shutting_down", "The daemon is stopping. Try again when it is back.");
  }
}

function newEpoch(): string {
  return crypto.randomUUID().replaceAll("-", "").slice(0, 16);
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.stack ?? error.message : String(error);
}

/** What lists show of a state. */
export function summaryOf(state: SessionState): SessionSummary {
  return {
    sessionId: state.sessionId,
    ...sessionIndex(state),
    headSeq: state.seq,
    pendingPermissions: pendingPermissions(state),
  };
}

function pendingPermissions(state: SessionState): number {
  return state.active ? openRequests(state, state.active.turnId).length : 0;
}

function summarize({ epoch: _, ...row }: SessionRow): SessionSummary {
  return { ...row, pendingPermissions: 0 };
}
