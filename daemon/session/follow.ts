/**
 * `follow()`: everything a subscriber is sent, in order, for as long as it listens. WebSocket, SSE and in-process use
 * are doors to this one generator. A subscriber is a cursor into the log and no queue [R5]: a commit only wakes it, and
 * it reads on from where it stands, whether that is the live end or far behind.
 *
 *     cursor ok? ── no ──► resync.required ──► snapshot ─┐
 *        │ yes            (long log) ──────► snapshot ─┤
 *        └───────────────────────────────────────────► pages up to B ──► replay.complete ──► pages as they come
 *                                  ▲                                                              │
 *                                  └──────────────────────── the epoch changed ───────────────────┘
 */
import { type AttachedClient, HEARTBEAT_INTERVAL_MS, type SessionState, type SubscriptionFrame } from "@opta/protocol";
import { type LogHead, type LogLine, StorageError, type Store } from "../store/store.ts";
import { REPLAY_LIMIT_EVENTS, REPLAY_PAGE } from "./limits.ts";
import type { Presence } from "./presence.ts";

export interface FollowSource {
  store: Store;
  daemonId: string;
  /** The durable state of a session. */
  snapshot(sessionId: string): Promise<SessionState>;
  /** Who follows what. */
  presence: Presence;
  /** Calls `tick` every `ms` until what it returns is called; tests bring their own. */
  every?: (ms: number, tick: () => void) => () => void;
}

export interface FollowRequest {
  sessionId: string;
  /** Exclusive [E3]. */
  afterSeq: number;
  /** Without it the current epoch is meant [R3]. */
  epoch?: string;
  /** Begin with a snapshot, whatever the cursor [R2]. */
  snapshot?: boolean;
  /** Who follows, as others are shown it; without it nobody is shown, and nothing is told of others. */
  client?: AttachedClient | null;
}

/** Either lines of the log, to be sent as they are [E6], or a control frame. */
export type FollowItem =
  | { kind: "lines"; epoch: string; lines: LogLine[] }
  | { kind: "frame"; frame: SubscriptionFrame };

type CursorFault = Extract<SubscriptionFrame, { type: "resync.required" }>["reason"];

/** Why a cursor cannot be served from this log, or `null` [R3]. Nothing is ever dropped from the front of a log here. */
export function cursorFault(head: LogHead, cursor: { epoch?: string; afterSeq: number }): CursorFault | null {
  if (cursor.epoch !== undefined && cursor.epoch !== head.epoch) return "epoch_changed";
  return cursor.afterSeq > head.seq ? "ahead_of_head" : null;
}

/**
 * Ends when `signal` aborts or the session is deleted.
 *
 * @throws {OptaError} `not_found`
 */
export async function* follow(
  source: FollowSource,
  request: FollowRequest,
  signal: AbortSignal,
): AsyncGenerator<FollowItem> {
  const { sessionId } = request;
  using alarm = new Alarm(source, sessionId, signal);
  await source.snapshot(sessionId); // a session that is loaded has been read to its end: damage was found and cut
  let head = await source.store.head(sessionId);
  if (!head) return;
  using seat = source.presence.enter(sessionId, request.client ?? null, alarm.ring);
  let fault = cursorFault(head, request);
  let wantsSnapshot = request.snapshot === true || (request.afterSeq === 0 && head.seq > REPLAY_LIMIT_EVENTS);
  let seq = request.afterSeq;

  while (head && !signal.aborted) {
    if (fault) {
      const { epoch, seq: headSeq } = head;
      yield frame({ type: "resync.required", sessionId, reason: fault, epoch, earliestSeq: 1, headSeq });
    }
    if (fault || wantsSnapshot) {
      const state = await source.snapshot(sessionId);
      head = { epoch: state.epoch, seq: state.seq };
      seq = state.seq;
      yield { kind: "lines", epoch: state.epoch, lines: [snapshotLine(source.daemonId, state)] };
    }
    const { epoch } = head;
    seq = yield* pages(source.store, sessionId, epoch, seq, head.seq, signal);
    yield frame({ type: "replay.complete", sessionId, epoch, headSeq: head.seq });
    const present = seat.present();
    if (present) yield frame(present);

    while (!signal.aborted) {
      alarm.reset(); // before looking, so that no commit in between is slept through
      head = await source.store.head(sessionId);
      if (!head || head.epoch !== epoch) break;
      const news = seat.news(); // before the lines: somebody who never catches up is told, too
      if (news) yield frame(news);
      else if (head.seq > seq) seq = yield* pages(source.store, sessionId, epoch, seq, head.seq, signal);
      else if (alarm.takeHeartbeat()) yield frame(heartbeat(sessionId, head.seq));
      else await alarm.rings();
    }
    fault = "epoch_changed";
    wantsSnapshot = true;
  }
}

/** Yields the lines in (after, upTo] and returns where it got to. */
async function* pages(
  store: Store,
  sessionId: string,
  epoch: string,
  after: number,
  upTo: number,
  signal: AbortSignal,
): AsyncGenerator<FollowItem, number> {
  while (after < upTo && !signal.aborted) {
    const maxEvents = Math.min(REPLAY_PAGE.maxEvents, upTo - after);
    const lines = await store.read(sessionId, after, { ...REPLAY_PAGE, maxEvents });
    const last = lines.at(-1);
    if (!last) { // rewritten under us, and the caller sees the new epoch; or damaged, and nobody may wait for it for ever
      const head = await store.head(sessionId);
      if (head?.epoch === epoch) {
        throw new StorageError(`Event ${after + 1} of session ${sessionId} is missing.`, "damaged");
      }
      break;
    }
    yield { kind: "lines", epoch, lines };
    after = last.seq;
  }
  return after;
}

function frame(frame: SubscriptionFrame): FollowItem {
  return { kind: "frame", frame };
}

function heartbeat(sessionId: string, headSeq: number): SubscriptionFrame {
  return { type: "heartbeat", sessionId, headSeq, ts: new Date().toISOString() };
}

/** Those that are being sent; a line lives no longer than the last subscriber that is sent it. */
const snapshotLines = new WeakMap<SessionState, WeakRef<LogLine>>();

/**
 * A snapshot as an envelope, never in the log [R2]. Subscribers that are shown the same state share one line: a crowd
 * that attaches to a long session at once costs one of its size.
 */
export function snapshotLine(daemonId: string, state: SessionState): LogLine {
  const shared = snapshotLines.get(state)?.deref();
  if (shared) return shared;
  const { sessionId, epoch, seq, updatedAt } = state;
  const payload = { sessionId, asOfSeq: seq, state };
  const envelope = { v: "3", event: "session.snapshot", daemonId, sessionId, epoch, seq, ts: updatedAt, payload };
  const logLine = { seq, line: JSON.stringify(envelope) };
  snapshotLines.set(state, new WeakRef(logLine));
  return logLine;
}

function realInterval(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}

/** Rings when the log has moved, others came or left, a heartbeat is due, or the subscriber has left. */
class Alarm implements Disposable {
  #ring = Promise.withResolvers<void>();
  #heartbeatDue = false;
  readonly #stop: () => void;

  constructor({ store, every = realInterval }: FollowSource, sessionId: string, signal: AbortSignal) {
    const { ring } = this;
    const unwatch = store.watch(sessionId, ring);
    const stopHeartbeat = every(HEARTBEAT_INTERVAL_MS, () => {
      this.#heartbeatDue = true;
      ring();
    });
    signal.addEventListener("abort", ring, { once: true });
    this.#stop = () => {
      unwatch();
      stopHeartbeat();
      signal.removeEventListener("abort", ring);
    };
  }

  readonly ring = (): void => this.#ring.resolve();

  reset(): void {
    this.#ring = Promise.withResolvers();
  }

  rings(): Promise<void> {
    return this.#ring.promise;
  }

  takeHeartbeat(): boolean {
    const due = this.#heartbeatDue;
    this.#heartbeatDue = false;
    return due;
  }

  [Symbol.dispose](): void {
    this.#stop();
  }
}
