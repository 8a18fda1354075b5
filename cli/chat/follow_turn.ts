/** Runs one turn and hands on its answer as it comes: what `opta do` and a chat without a terminal are made of. */
import type { OptaEvent, SubmitResult, Turn, TurnMode, TurnOverrides, UnknownEvent } from "@opta/protocol";
import { type Session, type SessionChange, SessionClosedError } from "@opta/protocol/client";
import { type Piece, TurnReader } from "./turn_reader.ts";

export interface FollowOptions {
  mode: TurnMode;
  overrides: TurnOverrides;
  /** More of the turn. */
  onPiece(piece: Piece): void;
  /** After each change of the session since the turn is known; `null` for one that is no event. */
  onChange?(event: OptaEvent | UnknownEvent | null, turn: Turn): void;
  /** The daemon has taken the turn [S2]; `queued` turns run before it. */
  onSubmitted?(result: SubmitResult): void;
  /** A model has been chosen, or another one in its place. */
  onStart?(start: NonNullable<Turn["start"]>): void;
  /** A sign of life, perhaps before a model is chosen. */
  onProgress?(progress: NonNullable<Turn["progress"]>): void;
  /** Aborted to have the turn cancelled at the daemon; it is still followed to its end. */
  cancel: AbortSignal;
  /** Aborted to follow it no further; the turn goes on [R6]. */
  signal: AbortSignal;
}

/** Milliseconds for the daemon to take a cancel from somebody who is leaving. */
const LAST_CANCEL_MS = 2_000;

/**
 * @returns the turn once it has ended
 * @throws {ApiError | SessionClosedError}, the signal's reason, or what a callback throws: then nobody is left to take
 * the answer, and the turn is cancelled
 */
export async function followTurn(session: Session, content: string, options: FollowOptions): Promise<Turn> {
  const { mode, overrides, cancel, signal } = options;
  const clientTurnId = crypto.randomUUID();
  const ended = Promise.withResolvers<Turn>();
  const look = watch(session, clientTurnId, options, ended.resolve);
  const submitted = session.submit(content, { mode, overrides, clientTurnId, signal });
  const cancelTurn = async (signal: AbortSignal) => {
    const { turnId } = await submitted;
    await session.cancel({ turnId }, signal);
  };
  const unsubscribe = session.subscribe((change) => {
    try {
      look(change);
    } catch (error) { // thrown on, it would look like a bug of the session
      unsubscribe();
      const limit = AbortSignal.any([signal, AbortSignal.timeout(LAST_CANCEL_MS)]);
      cancelTurn(limit).catch(() => {}).finally(() => ended.reject(error)); // the first error says more
    }
  });
  const abort = () => ended.reject(signal.reason);
  const cancelNow = () => cancelTurn(signal).catch(ended.reject);
  signal.addEventListener("abort", abort);
  cancel.addEventListener("abort", cancelNow);
  try {
    submitted.then((result) => options.onSubmitted?.(result)).catch(ended.reject);
    if (signal.aborted) abort();
    if (cancel.aborted) cancelNow();
    return await ended.promise;
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", abort);
    cancel.removeEventListener("abort", cancelNow);
  }
}

function watch(session: Session, clientTurnId: string, options: FollowOptions, end: (turn: Turn) => void) {
  let reader: TurnReader | null = null;
  let started: Turn["start"];
  return (change: SessionChange): void => {
    if (change.kind === "connection") {
      if (change.connection.kind === "closed") throw new SessionClosedError(change.connection.reason);
      return;
    }
    const { active, queue, turns } = session.state;
    const isOurs = (turn: Turn) => turn.clientTurnId === clientTurnId;
    const turn = active && isOurs(active) ? active : turns.findLast(isOurs) ?? queue.find(isOurs);
    if (!turn) return;
    const event = change.kind === "event" ? change.event : null;
    if (event?.event === "turn.progress" && event.payload.turnId === turn.turnId) options.onProgress?.(event.payload);
    if (turn.start && turn.start !== started) options.onStart?.(turn.start);
    started = turn.start;
    reader ??= new TurnReader(turn.turnId);
    const isDelta = event?.event === "turn.token" || event?.event === "turn.thinking";
    for (const piece of isDelta ? reader.readDelta(event, turn) : reader.read(turn)) {
      options.onPiece(piece);
    }
    options.onChange?.(event, turn);
    if (turn.end) end(turn);
  };
}
