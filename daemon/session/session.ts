/**
 * One live session: takes submits, cancels and decisions from any number of writers, and runs the queued turns one
 * after another [S1, S3]. What it decides on is the folded log and nothing beside it, so that a restarted daemon decides
 * the same.
 */
import {
  type CancelBody,
  type CancelResult,
  type EventDraft,
  OptaError,
  type ResolveBody,
  type ResolveResult,
  type SessionState,
  type SubmitBody,
  type SubmitResult,
  titleOf,
  type Turn,
  type UpdateSessionBody,
} from "@opta/protocol";
import type { Durability, Store } from "../store/store.ts";
import { endLeftOver } from "./end_left_over.ts";
import { MAX_QUEUED_TURNS, QUEUE_RETRY_AFTER_MS } from "./limits.ts";
import type { SessionLog } from "./session_log.ts";
import type { Slots } from "./slots.ts";
import { hashSubmit, SubmitKeys } from "./submit.ts";
import { cancelled, runTurn } from "./turn.ts";
import { unmeasuredStats } from "./turn_meter.ts";
import type { StopReason, TurnContext } from "./turn_run.ts";

/** What a session needs of the world around it. */
export interface SessionContext {
  log: SessionLog;
  store: Store;
  slots: Slots;
  /** What its turns need beside the log. */
  turns: Omit<TurnContext, "log" | "signal">;
  /** A turn could not be written to its end, or a bug showed. */
  onTurnFailure: (sessionId: string, turnId: string, error: unknown) => void;
}

export class Session {
  readonly #context: SessionContext;
  readonly #log: SessionLog;
  readonly #submits: SubmitKeys;
  /** Aborted when the session takes no more turns. */
  readonly #closing = new AbortController();
  #running: { turnId: string; stop: AbortController } | null = null;
  #loop: Promise<void> | null = null;
  /** Ends what runs between turns. */
  #between: AbortController | null = null;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#log = context.log;
    this.#submits = new SubmitKeys(context.store, context.log.state.sessionId);
  }

  /** What clients may be shown: durable events only [E5]. */
  get state(): SessionState {
    return this.#log.committed;
  }

  /** Another object for the same session would get in the way of what this one is doing. */
  get busy(): boolean {
    return this.#loop !== null || this.#log.settling || this.#submits.pending;
  }

  get running(): boolean {
    return this.#running !== null;
  }

  /**
   * Ends the turn that was left running [X1], and the processes that went with their daemon; then goes on with the queue.
   *
   * @param endOf how, unless it was being cancelled
   */
  async recover(endOf: (turn: Turn) => EventDraft): Promise<void> {
    const { sessionId } = this.#log.state;
    const { toolSource } = this.#context.turns;
    const drafts = endLeftOver(this.#log.state, endOf, (processId) => toolSource.hasProcess(sessionId, processId));
    if (drafts.length > 0) await this.#log.append(drafts, "synced");
    this.#run();
  }

  /** Puts a turn into the queue; resolves when that is durable [S2]. Safe to repeat with a `clientTurnId` [S4]. */
  async submit(body: SubmitBody): Promise<SubmitResult> {
    this.#refuseWhenClosing();
    const { clientTurnId } = body;
    if (clientTurnId === undefined) return await this.#enqueue(body);
    const bodyHash = hashSubmit(body);
    return await this.#submits.once(clientTurnId, bodyHash, () => this.#enqueue(body, { clientTurnId, bodyHash }));
  }

  async #enqueue(body: SubmitBody, key?: { clientTurnId: string; bodyHash: string }): Promise<SubmitResult> {
    this.#refuseWhenClosing();
    const { queue, active, title } = this.#log.state;
    if (queue.length >= MAX_QUEUED_TURNS) {
      throw new OptaError("queue_full", `The session already has ${queue.length} turns waiting. Try again later.`, {
        retryAfterMs: QUEUE_RETRY_AFTER_MS,
      });
    }
    const turnId = `turn_${crypto.randomUUID()}`;
    const position = queue.length + (active ? 1 : 0);
    const { clientId, writerId, content, mode, metadata, overrides, clientTurnId } = body;
    const payload = { turnId, writerId, position, clientId, clientTurnId, content, mode, metadata, overrides };
    const drafts: EventDraft[] = [{ event: "turn.queued", payload }];
    if (title === "") drafts.push({ event: "session.updated", payload: { title: titleOf(content) } });
    await this.#log.append(drafts, "synced", {
      submit: key && { ...key, turnId, position },
      search: [{ turnId, role: "user", text: content }],
    });
    this.#run();
    return { turnId, queued: position, duplicate: false };
  }

  /** Cancels the turns that match; what is not there or has ended counts as 0 [C1, C3]. */
  async cancel({ turnId, writerId }: CancelBody): Promise<CancelResult> {
    const { active, queue } = this.#log.state;
    const matches = (turn: Turn) =>
      !turn.cancelRequested && (turnId === undefined || turn.turnId === turnId) &&
      (writerId === undefined || turn.writerId === writerId);
    const queued = queue.filter(matches);
    const turns = active && matches(active) ? [active, ...queued] : queued;
    const cancelledQueued = queued.length;
    const cancelledActive = turns.length - queued.length;
    if (turns.length > 0) {
      const turnIds = turns.map((turn) => turn.turnId);
      const stored = this.#log.append([
        { event: "session.cancelled", payload: { turnIds, cancelledQueued, cancelledActive } },
        ...queued.map(cancelled),
      ], "synced");
      if (this.#running && turnIds.includes(this.#running.turnId)) this.#stopTurn("cancelled");
      await stored;
    }
    return { cancelled: turns.length, cancelledQueued, cancelledActive };
  }

  /** Records the first decision on a permission request; every later one is told who won [P1]. */
  async resolve({ requestId, decision, decidedBy, scope, answer }: ResolveBody): Promise<ResolveResult> {
    const { permissions } = this.#log.state;
    const permission = Object.hasOwn(permissions, requestId) ? permissions[requestId] : undefined; // "constructor" is none
    if (!permission) {
      throw new OptaError(
        "not_found",
        `No permission request "${requestId}" in this session. It may be of another one.`,
      );
    }
    if (permission.resolved) {
      const { decision, decidedBy } = permission.resolved;
      throw new OptaError("permission_resolved", `Already decided by ${decidedBy}: ${decision}.`, {
        ok: false,
        conflict: true,
        decision,
        decidedBy,
      });
    }
    const isAnswered = permission.needsAnswer && decision === "allow";
    const payload = { requestId, decision, decidedBy, reason: "user" as const, scope, ...(isAnswered && { answer }) };
    await this.#log.append([{ event: "permission.resolved", payload }], "synced");
    return { ok: true, decision, decidedBy };
  }

  async update(changes: UpdateSessionBody): Promise<void> {
    await this.#log.append([{ event: "session.updated", payload: changes }], "synced");
  }

  /** Adds an event that belongs to no turn. */
  async note(draft: EventDraft, durability: Durability = "written"): Promise<void> {
    await this.#log.append([draft], durability);
  }

  /**
   * Runs `work` while no turn runs; turns that are submitted meanwhile wait for it.
   *
   * @param work given a signal that aborts when the session is interrupted
   * @throws {OptaError} `conflict` when a turn runs or waits
   */
  async betweenTurns<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;; await this.#loop) { // which has no turn left, or is other work of this kind
      this.#refuseWhenClosing();
      const { active, queue } = this.#log.state;
      if (active || queue.length > 0) {
        throw new OptaError("conflict", "A turn of this session runs or waits. Cancel it, or wait until it has ended.");
      }
      if (!this.#loop) break;
    }
    this.#between = new AbortController();
    const done = work(this.#between.signal);
    this.#loop = this.#finish(done.then(() => {}, () => {})); // what came of it is for the caller alone
    return await done;
  }

  /** Takes no more turns. Queued ones stay in the log, for the next daemon. */
  close(): void {
    this.#closing.abort();
  }

  /** Stops the running turn, which still ends in the log, or what runs between turns. */
  interrupt(): void {
    this.#stopTurn("interrupted");
    this.#between?.abort();
  }

  /** Resolves when no turn runs and none will be started. */
  async idle(): Promise<void> {
    await this.#loop;
  }

  #stopTurn(reason: StopReason): void {
    this.#running?.stop.abort(reason);
  }

  #refuseWhenClosing(): void {
    if (this.#closing.signal.aborted) {
      throw new OptaError(
        "shutting_down",
        "The daemon is stopping and takes no more turns. Send it again when it is back.",
      );
    }
  }

  /** Makes sure that the queue is being worked on. */
  #run(): void {
    this.#loop ??= this.#finish(this.#drain());
  }

  async #finish(loop: Promise<void>): Promise<void> {
    try {
      await loop;
    } finally {
      this.#loop = this.#between = null;
      if (this.#nextTurn()) this.#run(); // submitted after the loop had looked for the last time
    }
  }

  #nextTurn(): Turn | undefined {
    return this.#closing.signal.aborted || this.#log.failed ? undefined : this.#log.state.queue[0];
  }

  async #drain(): Promise<void> {
    while (this.#nextTurn()) {
      const giveBack = await this.#context.slots.take(this.#closing.signal);
      const turn = this.#nextTurn(); // the one looked at before may have been cancelled meanwhile
      if (giveBack && turn) await this.#runOne(turn);
      giveBack?.();
    }
  }

  async #runOne(turn: Turn): Promise<void> {
    const { turns, onTurnFailure } = this.#context;
    const stop = new AbortController();
    this.#running = { turnId: turn.turnId, stop };
    try {
      await runTurn(turn, { ...turns, log: this.#log, signal: stop.signal });
    } catch (error) {
      onTurnFailure(this.#log.state.sessionId, turn.turnId, error);
      await this.#endAfterBug(turn);
    } finally {
      this.#running = null;
    }
  }

  /** A bug must not leave a session busy for ever: the turn ends all the same [T1], if the log still takes it. */
  async #endAfterBug({ turnId, writerId, clientId }: Turn): Promise<void> {
    if (this.#log.failed) return; // the session is read again from the store, and the turn ends there
    const message = "An internal error ended this turn; the daemon's log has the details.";
    const { active } = this.#log.state;
    const stats = active?.turnId === turnId ? { stats: unmeasuredStats(active) } : {};
    const payload = { turnId, writerId, clientId, message, code: "internal" as const, retryable: true, ...stats };
    await this.#log.append([{ event: "turn.error", payload }], "synced").catch(() => {}); // likewise
  }
}
