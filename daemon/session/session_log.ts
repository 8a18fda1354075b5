/**
 * The writing end of one session's log. It numbers events, turns each into its line once [E6], folds it and hands it to
 * the store, in one step without a wait in between, so that no event overtakes another [E1].
 *
 * Two states are kept. `state` holds everything appended, also what is still on its way to the disk: decisions are taken
 * on it. `committed` holds what is durable: clients are shown nothing else [E5]. When an append fails, the log is dead
 * and the session is to be read again from the store: whatever was built on the failed event never happened.
 */
import { type EventDraft, fold, type OptaEvent, payloads, type SessionState } from "@opta/protocol";
import type { Append, Durability, SessionIndex, Store } from "../store/store.ts";
import { isTurnEnd, type TurnEndEvent, type TurnUsage, turnUsage } from "../store/turn_usage.ts";

/** What may go into the same transaction as the events; `usage` is derived from them. */
export type AppendExtras = Pick<Append, "submit" | "search" | "create" | "usage">;

export class SessionLog {
  readonly #store: Store;
  readonly #daemonId: string;
  readonly #now: () => number;
  readonly #onAppended: (drafts: EventDraft[]) => void;
  readonly #onFailure: (error: unknown) => void;
  #state: SessionState;
  #committed: SessionState;
  #failure: { error: unknown } | null = null;
  readonly #watchers = new Set<() => void>();

  /**
   * @param onAppended called with what has become durable
   * @param onFailure called once, with the error of the first append that failed
   */
  constructor(
    { store, daemonId, now, state, onAppended = () => {}, onFailure }: {
      store: Store;
      daemonId: string;
      /** Milliseconds since 1970. */
      now: () => number;
      state: SessionState;
      onAppended?: (drafts: EventDraft[]) => void;
      onFailure: (error: unknown) => void;
    },
  ) {
    this.#store = store;
    this.#daemonId = daemonId;
    this.#now = now;
    this.#state = this.#committed = state;
    this.#onAppended = onAppended;
    this.#onFailure = onFailure;
  }

  get state(): SessionState {
    return this.#state;
  }

  get committed(): SessionState {
    return this.#committed;
  }

  get failed(): boolean {
    return this.#failure !== null;
  }

  /**
   * Resolves once what is durable is as wanted; `false` when `signal` aborts or the log fails first.
   *
   * @param isWanted asked after each commit
   */
  async until(isWanted: (state: SessionState) => boolean, signal: AbortSignal): Promise<boolean> {
    if (isWanted(this.#committed)) return true;
    if (signal.aborted || this.failed) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const look = () => {
      if (isWanted(this.#committed)) resolve(true);
      else if (this.failed) resolve(false);
    };
    const giveUp = () => resolve(false);
    this.#watchers.add(look);
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await promise;
    } finally {
      this.#watchers.delete(look);
      signal.removeEventListener("abort", giveUp);
    }
  }

  /** Something is on its way to the disk. */
  get settling(): boolean {
    return !this.failed && this.#state !== this.#committed;
  }

  /**
   * Appends events that belong together. Resolves when they are as durable as asked for.
   *
   * @throws {StorageError | HeadMismatchError} the log is dead from then on
   * @throws {z.ZodError} a bug; nothing was appended, and the log goes on
   */
  append(drafts: EventDraft[], durability: Durability, extras: AppendExtras = {}): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure.error);
    try {
      drafts.forEach(requireReadable);
    } catch (bug) {
      return Promise.reject(bug);
    }
    const expectedHead = this.#state.seq;
    const lines: string[] = [];
    const usage: TurnUsage[] = [];
    let state = this.#state;
    for (const draft of drafts) {
      const event = this.#envelope(draft, state.seq + 1);
      lines.push(JSON.stringify(event));
      if (isTurnEnd(event)) usage.push(...usageOf(state, event));
      state = fold(state, event);
    }
    if (usage.length > 0) extras = { ...extras, usage };
    this.#state = state;
    const { sessionId, epoch } = state;
    const index = durability === "synced" ? sessionIndex(state) : undefined;
    return this.#store.append({ sessionId, epoch, expectedHead, lines, durability, index, ...extras }).then(
      () => {
        this.#committed = state;
        for (const look of this.#watchers) look();
        this.#onAppended(drafts);
      },
      (error) => {
        this.#fail(error);
        throw error;
      },
    );
  }

  #fail(error: unknown): void {
    if (this.#failure) return;
    this.#failure = { error };
    for (const look of this.#watchers) look();
    this.#onFailure(error);
  }

  #envelope(draft: EventDraft, seq: number): OptaEvent {
    const { sessionId, epoch } = this.#state;
    const ts = new Date(this.#now()).toISOString();
    const event = { v: "3", event: draft.event, daemonId: this.#daemonId, sessionId, epoch, seq, ts };
    return { ...event, payload: draft.payload } as OptaEvent; // the draft pairs its name with its payload
  }
}

/**
 * An event that would not pass its own schema must not be written: whoever reads the log again takes it for damage, and
 * cuts there. Deltas are spared the check, for they are many and plain.
 */
function requireReadable({ event, payload }: EventDraft): void {
  if (event !== "turn.token" && event !== "turn.thinking") payloads[event].parse(payload);
}

/** What the turn used that the event ends, whoever ends it: derived here, so that none is forgotten. */
function usageOf({ active, queue }: SessionState, event: TurnEndEvent): TurnUsage[] {
  const { turnId } = event.payload;
  const turn = [...(active ? [active] : []), ...queue].find((turn) => turn.turnId === turnId);
  const usage = turn && turnUsage(event, turn.start); // without a turn, it has ended already [T1]
  return usage ? [usage] : [];
}

/** What lists show of a folded state. */
export function sessionIndex(state: SessionState): SessionIndex {
  return {
    title: state.title,
    model: state.model,
    tags: state.tags,
    createdAt: state.createdAt,
    updatedAt: state.updatedAt,
    activeTurnId: state.active?.turnId ?? null,
    queuedTurns: state.queue.length,
    toolCallCount: state.toolCallCount,
    writerCount: state.writers.length,
  };
}
