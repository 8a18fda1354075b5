/**
 * The sessions that are in memory: each is there once, from when somebody asks for it until it has been idle for longest. Of
 * a log that is damaged or takes no writes, this owns how it comes back.
 */
import { type EventDraft, OptaError, type SessionState } from "@opta/protocol";
import { clearImmediate, setImmediate } from "node:timers";
import { StorageError } from "../store/store.ts";
import { MAX_LOADED_SESSIONS, MAX_RUNNING_TURNS, REVIVE_AFTER_MS } from "./limits.ts";
import { loadLog } from "./load.ts";
import { logRecord } from "./log_record.ts";
import { newEpoch } from "./new_epoch.ts";
import { errorText } from "./report.ts";
import { Session } from "./session.ts";
import { sessionIndex, SessionLog } from "./session_log.ts";
import type { SessionsOptions } from "./sessions_options.ts";
import { Slots } from "./slots.ts";
import { interruption, outOfSpace } from "./turn.ts";

/** A lease keeps two daemons from loading one session; that they cannot both write to it, `expectedHead` sees to. */
const LEASE_MS = 60_000;

export class LoadedSessions {
  readonly #options: Required<SessionsOptions>;
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

  constructor(options: Required<SessionsOptions>) {
    this.#options = options;
  }

  /** @throws {OptaError} `not_found` */
  async get(sessionId: string): Promise<Session> {
    const loaded = this.#loaded.get(sessionId) ?? this.#load(sessionId);
    this.#loaded.delete(sessionId);
    this.#loaded.set(sessionId, loaded);
    if (this.#loaded.size > MAX_LOADED_SESSIONS) this.#letGoSoon();
    return await loaded;
  }

  /** If it is in memory. */
  peek(sessionId: string): Session | undefined {
    return this.#live.get(sessionId);
  }

  all(): Session[] {
    return [...this.#live.values()];
  }

  /** The end of these logs may be lost: they get a new epoch before anybody reads them [E2]. */
  doubt(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) this.#doubtful.add(sessionId);
  }

  isDoubtful(sessionId: string): boolean {
    return this.#doubtful.has(sessionId);
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
    await Promise.all([...this.#live.keys()].map((id) => this.#options.store.release(id, this.#options.daemonId)));
  }

  #load(sessionId: string): Promise<Session> {
    const loading = this.#read(sessionId);
    loading.catch(() => this.#loaded.delete(sessionId)); // the next caller tries again
    return loading;
  }

  async #read(sessionId: string): Promise<Session> {
    if (this.#doubtful.has(sessionId)) await this.#renew(sessionId, "the machine went down while a turn ran");
    const head = await this.#options.store.head(sessionId);
    if (!head) throw new OptaError("not_found", `There is no session "${sessionId}". See: opta sessions list`);
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
      log: this.openLog(state, (error) => this.#lose(sessionId, session, error)),
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

  openLog(state: SessionState, onFailure: (error: unknown) => void): SessionLog {
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
    this.forget(sessionId);
    this.revive(sessionId);
  }

  /**
   * Gives the log a new epoch, so that no client goes on from events that are no more [E2].
   *
   * @param good what is left of a damaged log
   */
  async #renew(sessionId: string, reason: string, good?: SessionState): Promise<void> {
    const head = await this.#options.store.head(sessionId);
    if (!head) return;
    const epoch = newEpoch();
    const keptEvents = good?.seq ?? head.seq;
    const facts = { sessionId, reason, keptEvents, lostEvents: head.seq - keptEvents };
    this.#options.report("warning", "History was lost or may have been: the session has a new epoch", facts);
    await this.#options.store.rewrite(sessionId, keptEvents, epoch);
    this.#doubtful.delete(sessionId);
    if (!good) return;
    const index = sessionIndex(good); // lists must not show what was cut
    await this.#options.store.append({
      sessionId,
      epoch,
      expectedHead: keptEvents,
      lines: [],
      durability: "synced",
      index,
    });
  }

  /** Reads a session again after a while, so that its turns end and its queue goes on without anybody asking. */
  revive(sessionId: string): void {
    if (this.#stopping || this.#revivals.has(sessionId)) return;
    const timer = setTimeout(() => {
      this.#revivals.delete(sessionId);
      this.get(sessionId).catch((error) => {
        if (!(error instanceof OptaError && error.code === "not_found")) this.revive(sessionId);
      });
    }, REVIVE_AFTER_MS);
    this.#revivals.set(sessionId, timer);
  }

  /** It is read anew when somebody asks for it. */
  forget(sessionId: string): void {
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
      this.forget(sessionId);
      void this.#options.store.release(sessionId, this.#options.daemonId).catch(() => {}); // it runs out by itself
    }
  }
}
