/**
 * What becomes of deleted sessions: they wait to be restored, and are purged when their time is over, a few at a time, by
 * whichever daemon runs then. Ending what runs in a session that is to be deleted is the business of `sessions.ts`.
 *
 *     delete ─► waits ─┬─ restore ─► as it was: the same log, epoch and files of tools
 *                      └─ time over, too many, or at once ─► purged
 */
import { OptaError, type RouteParsed, type RouteResponse, type SessionSummary } from "@opta/protocol";
import { type DeletedRow, HeadMismatchError, type Store } from "../store/store.ts";
import type { ToolSource } from "../tools/turn_tools.ts";
import {
  FIRST_PURGE_AFTER_MS,
  MAX_PURGED_AT_ONCE,
  PURGE_EVERY_MS,
  PURGE_PAUSE_MS,
  RESTORE_GRACE_MS,
} from "./limits.ts";
import { errorText, type Report } from "./report.ts";

export interface DeletedSessionsOptions {
  store: Store;
  tools: Pick<ToolSource, "remove">;
  report: Report;
  /** Milliseconds since 1970. */
  now: () => number;
  /** Deleted sessions that wait, at the most; beyond it those go first whose time ends first. */
  maxSessions: number;
}

export class DeletedSessions {
  readonly #options: DeletedSessionsOptions;
  readonly #store: Store;
  /** Can no longer be restored, whatever the store says. */
  readonly #purging = new Map<string, Promise<void>>();
  #timer: ReturnType<typeof setTimeout> | null = null;
  #sweeping: Promise<unknown> = Promise.resolve();

  constructor(options: DeletedSessionsOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  /** From here on sessions whose time is over are purged. */
  start(afterMs = FIRST_PURGE_AFTER_MS): void {
    this.#timer = setTimeout(() => {
      this.#sweeping = this.sweep().then(({ hasMore }) => {
        if (this.#timer !== null) this.start(hasMore ? PURGE_PAUSE_MS : PURGE_EVERY_MS);
      });
    }, afterMs);
  }

  /** Resolves when nothing is being purged any more. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    await this.#sweeping;
  }

  /** Takes a session that nobody uses any more out of all lists. Returns until when it can be restored. */
  async take(sessionId: string): Promise<string> {
    await this.#purging.get(sessionId)?.catch(() => {}); // an earlier one of this id; whoever purges it is told
    const nowMs = this.#options.now();
    const purgeAt = new Date(nowMs + RESTORE_GRACE_MS).toISOString();
    await this.#store.delete(sessionId, { deletedAt: new Date(nowMs).toISOString(), purgeAt });
    return purgeAt;
  }

  /** @throws {OptaError} `not_found`, `conflict` */
  async restore(sessionId: string): Promise<void> {
    const row = await this.#store.findDeleted(sessionId);
    try {
      if (row && this.#waits(row) && await this.#store.restore(sessionId)) return;
    } catch (cause) {
      if (!(cause instanceof HeadMismatchError)) throw cause;
      const message =
        `Cannot restore session "${sessionId}": another session has its id now. Delete that one for good ` +
        `first: opta sessions delete ${sessionId} --now`; // otherwise it would be kept in the place of this one
      throw new OptaError("conflict", message, undefined, { cause });
    }
    const message =
      `There is no deleted session "${sessionId}", or its time is over. See: opta sessions list --deleted`;
    throw new OptaError("not_found", message);
  }

  /** Purges a deleted session at once; `false` when there is none of this id. */
  async purge(sessionId: string): Promise<boolean> {
    if (!await this.#store.findDeleted(sessionId)) return false;
    const running = this.#purging.get(sessionId);
    const purging = running ?? this.#purge(sessionId).finally(() => this.#purging.delete(sessionId));
    if (!running) this.#purging.set(sessionId, purging);
    await purging;
    return true;
  }

  async list(query: RouteParsed<"listSessions", "query">): Promise<RouteResponse<"listSessions">> {
    const { rows, nextCursor } = await this.#store.listDeleted(query);
    return { sessions: rows.filter((row) => this.#waits(row)).map(summarize), nextCursor };
  }

  /** A deleted session of this id waits, and can be restored. */
  async has(sessionId: string): Promise<boolean> {
    const row = await this.#store.findDeleted(sessionId);
    return row !== null && this.#waits(row);
  }

  /** The id is about to be another session's, which is not to come across the files of this one. */
  async leaveId(sessionId: string): Promise<void> {
    if (await this.#store.findDeleted(sessionId)) await this.#options.tools.remove(sessionId);
  }

  /** Purges what is due, up to a bound. Never rejects: what is left is tried again. */
  async sweep(): Promise<{ hasMore: boolean }> {
    const { maxSessions, report, now } = this.#options;
    try {
      const surplus = await this.#store.countDeleted() - maxSessions;
      const rows = await this.#store.nextToPurge(MAX_PURGED_AT_ONCE);
      const due = rows.filter(({ purgeAt }, i) => i < surplus || purgeAt <= new Date(now()).toISOString());
      const failures: unknown[] = [];
      for (const { sessionId } of due) await this.purge(sessionId).catch((error) => failures.push(error));
      if (failures.length > 0) throw failures[0]; // only now: one that cannot be purged keeps no other one here
      return { hasMore: due.length === MAX_PURGED_AT_ONCE };
    } catch (error) {
      report("warning", "Deleted sessions could not be purged; it is tried again", { error: errorText(error) });
      return { hasMore: false };
    }
  }

  /** The files first: after a crash in between the session is still there, to be purged again. */
  async #purge(sessionId: string): Promise<void> {
    if (!await this.#store.find(sessionId)) await this.#options.tools.remove(sessionId); // else they are another one's
    await this.#store.purge(sessionId);
  }

  #waits({ sessionId, purgeAt }: DeletedRow): boolean {
    return !this.#purging.has(sessionId) && purgeAt > new Date(this.#options.now()).toISOString();
  }
}

function summarize({ epoch: _, purgeAt, ...row }: DeletedRow): SessionSummary {
  return { ...row, pendingPermissions: 0, restorableUntil: purgeAt };
}
