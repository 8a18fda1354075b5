/** All sessions of this daemon: creates, finds, lists, deletes, restores and imports them. A turn is a session's own affair. */
import {
  type CreateSessionBody,
  type EventDraft,
  type ImportedSession,
  initialState,
  OptaError,
  type RouteParsed,
  type RouteResponse,
  type SessionState,
  type SessionSummary,
} from "@opta/protocol";
import { HeadMismatchError, StorageError, type Store } from "../store/store.ts";
import { DeletedSessions } from "./deleted_sessions.ts";
import { Imports, notImported } from "./imports.ts";
import { loadLog } from "./load.ts";
import { LoadedSessions } from "./loaded_sessions.ts";
import { LogImport } from "./log_import.ts";
import { newEpoch } from "./new_epoch.ts";
import { errorText } from "./report.ts";
import type { Session } from "./session.ts";
import { completeOptions, type SessionsOptions } from "./sessions_options.ts";
import { pendingPermissions, summarize, summaryOf } from "./summary.ts";

export class Sessions {
  readonly #options: Required<SessionsOptions>;
  readonly #store: Store;
  readonly #deleted: DeletedSessions;
  readonly #imports = new Imports();
  readonly #loaded: LoadedSessions;
  #stopping = false;

  constructor(options: SessionsOptions) {
    this.#options = completeOptions(options);
    this.#store = options.store;
    this.#loaded = new LoadedSessions(this.#options);
    this.#deleted = new DeletedSessions(this.#options);
  }

  /** Ends what a dead daemon left running and goes on with what it left queued [X1]. Nothing may be served before. */
  async recover(): Promise<void> {
    const unfinished = await this.#store.unfinished();
    if (this.#store.tailsMayBeLost) this.#loaded.doubt(unfinished);
    for (const sessionId of unfinished) {
      try {
        await this.get(sessionId);
      } catch (error) {
        this.#options.report("error", "A session could not be recovered", { sessionId, error: String(error) });
        this.#loaded.revive(sessionId);
      }
    }
    this.#deleted.start();
  }

  /** The existing session when the id is taken. */
  async create(body: CreateSessionBody): Promise<{ summary: SessionSummary; created: boolean }> {
    this.#refuseWhenStopping();
    const sessionId = body.sessionId ?? `sess_${crypto.randomUUID()}`;
    const existing = await this.#store.find(sessionId);
    if (existing) return { summary: summarize(existing), created: false };
    await this.#refuseWhenFull();
    await this.#deleted.leaveId(sessionId);
    const log = this.#loaded.openLog(initialState(sessionId, newEpoch()), () => {});
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
    return await this.#loaded.get(sessionId);
  }

  /** The durable state, as a snapshot shows it; also of a session whose log takes no writes now. */
  async snapshot(sessionId: string): Promise<SessionState> {
    try {
      return (await this.get(sessionId)).state;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      const head = await this.#store.head(sessionId);
      const loaded = head && await loadLog(this.#store, sessionId, head);
      if (!loaded || loaded.damage !== null || this.#loaded.isDoubtful(sessionId)) throw error;
      return loaded.state;
    }
  }

  async list(query: RouteParsed<"listSessions", "query">): Promise<RouteResponse<"listSessions">> {
    if (query.deleted === "1") return await this.#deleted.list(query);
    const { rows, nextCursor } = await this.#store.list(query);
    const sessions = rows.map((row) => {
      const live = this.#loaded.peek(row.sessionId); // where nothing runs, nothing asks
      return { ...summarize(row), ...(live && { pendingPermissions: pendingPermissions(live.state) }) };
    });
    return { sessions, nextCursor };
  }

  /**
   * Cancels what runs, then takes the session away. It can be restored for a while, unless it is to go at once. Then one of
   * the same id that was deleted before goes on waiting; otherwise this one waits in its place.
   *
   * @param atOnce also one that was deleted before, where no other one has its id
   * @returns until when it can be restored; `null`: not at all
   * @throws {OptaError} `not_found`
   */
  async remove(sessionId: string, atOnce = false): Promise<string | null> {
    if (atOnce && !await this.#store.find(sessionId) && await this.#deleted.purge(sessionId)) return null;
    const session = await this.get(sessionId);
    session.close();
    await session.cancel({});
    await session.idle();
    const isWaitedFor = atOnce && await this.#deleted.has(sessionId);
    let until: string | null = null;
    try {
      if (isWaitedFor) await this.#store.remove(sessionId);
      else until = await this.#deleted.take(sessionId);
    } finally {
      this.#loaded.forget(sessionId);
    }
    await this.#options.tools.close(sessionId); // last: what is no more can start nothing meanwhile
    this.#options.report("info", "A session was deleted", { sessionId, restorableUntil: atOnce ? null : until });
    if (isWaitedFor) await this.#options.tools.remove(sessionId);
    else if (atOnce) await this.#deleted.purge(sessionId);
    else if (await this.#store.countDeleted() > this.#options.maxSessions) await this.#deleted.sweep();
    return atOnce ? null : until;
  }

  /** @throws {OptaError} `not_found`, `conflict`, `too_many_sessions` */
  async restore(sessionId: string): Promise<SessionSummary> {
    this.#refuseWhenStopping();
    await this.#refuseWhenFull();
    await this.#deleted.restore(sessionId);
    return summaryOf(await this.snapshot(sessionId));
  }

  /**
   * Makes a session of a log that somebody brings; nothing in it is run, and nothing in it permits anything.
   *
   * @param isDryRun only looks whether it could be done
   * @throws {OptaError} `invalid_request` with the line that cannot be taken, `too_many_sessions`, `queue_full`
   */
  async import(sessionId: string, lines: AsyncIterable<string>, isDryRun: boolean): Promise<ImportedSession> {
    this.#refuseWhenStopping();
    if (await this.#deleted.has(sessionId)) return notImported(sessionId, "deleted");
    if (await this.#store.find(sessionId)) return notImported(sessionId, "exists");
    await this.#refuseWhenFull();
    if (!isDryRun) await this.#deleted.leaveId(sessionId); // one whose time is over and that is not purged yet
    const { store, daemonId, now } = this.#options;
    const log = new LogImport({ sessionId, epoch: newEpoch(), daemonId, nowMs: now() });
    return await this.#imports.run(isDryRun ? null : store, lines, log);
  }

  /** Adds an event that no turn waits for, such as what a background process writes; one after another. */
  note(sessionId: string, draft: EventDraft): void {
    this.get(sessionId).then((session) => session.note(draft)).catch((error) => {
      if (error instanceof OptaError && error.code === "not_found") return; // it was removed
      this.#options.report("warning", "An event of a session was lost", { sessionId, error: errorText(error) });
    });
  }

  stats(): { activeTurnCount: number; queuedTurnCount: number; loadedSessionCount: number } {
    const sessions = this.#loaded.all();
    return {
      activeTurnCount: sessions.filter((session) => session.running).length,
      queuedTurnCount: sessions.reduce((sum, session) => sum + session.state.queue.length, 0),
      loadedSessionCount: sessions.length,
    };
  }

  /** Takes no more turns, gives running ones `graceMs` to end, and interrupts what is left. */
  async stop(graceMs: number): Promise<void> {
    this.#stopping = true;
    await Promise.all([this.#deleted.stop(), this.#loaded.stop(graceMs)]);
  }

  async #refuseWhenFull(): Promise<void> {
    const { maxSessions } = this.#options;
    if (await this.#store.count() < maxSessions) return;
    throw new OptaError("too_many_sessions", `There are ${maxSessions} sessions already. Delete some first.`);
  }

  #refuseWhenStopping(): void {
    if (this.#stopping) throw new OptaError("shutting_down", "The daemon is stopping. Try again when it is back.");
  }
}
