/**
 * What a client holds of a session's log, and what one more frame makes of it. Pure. The meaning of events is `fold`;
 * this file decides whether a frame belongs next, so that the view is always a true prefix of one history, or is known
 * not to be one.
 */
import type { Cursor } from "../cursor.ts";
import type { OptaEvent, UnknownEvent } from "../event.ts";
import { fold, GapError } from "../fold.ts";
import { initialState, type SessionState } from "../state.ts";

export interface View {
  readonly state: SessionState;
  /** The state is what the log says up to `state.seq`. If not it may only be shown until a fresh one has come. */
  readonly isTrue: boolean;
}

/** What a frame did. */
export type Advance =
  /** Nothing: it was known. */
  | { kind: "seen" }
  /** One more event. `start` is the empty view that it begins with, when it is the first one. */
  | { kind: "event"; view: View; start: View | null; event: OptaEvent | UnknownEvent }
  /** Another state as a whole. */
  | { kind: "reset"; view: View }
  /** Events are missing. */
  | { kind: "gap"; view: View };

export function emptyView(sessionId: string): View {
  return { state: initialState(sessionId, ""), isTrue: false };
}

/** From where to subscribe; `null` asks for everything [E3]. */
export function cursorOf({ state, isTrue }: View): Cursor | null {
  return isTrue ? { epoch: state.epoch, seq: state.seq } : null;
}

/** The daemon cannot serve this view's cursor: only a fresh state will do [R3]. */
export function distrust(view: View): View {
  return { ...view, isTrue: false };
}

export function advance(view: View, event: OptaEvent | UnknownEvent): Advance {
  if (event.event === "session.snapshot") return takeSnapshot(view, event);
  const start = view.isTrue ? null : { state: initialState(event.sessionId, event.epoch), isTrue: true };
  const before = (start ?? view).state;
  if (lacksText(before, event)) return { kind: "gap", view: distrust(view) };
  try {
    const state = fold(before, event);
    return state === before ? { kind: "seen" } : { kind: "event", view: { state, isTrue: true }, start, event };
  } catch (error) {
    if (error instanceof GapError) return { kind: "gap", view };
    throw error;
  }
}

/** A daemon says that everything up to `headSeq` has been sent [R1]. */
export function completeReplay(view: View, epoch: string, headSeq: number): Advance {
  if (isBehind(view, headSeq)) {
    if (headSeq > 0) return { kind: "gap", view };
    return { kind: "reset", view: { state: initialState(view.state.sessionId, epoch), isTrue: true } };
  }
  return epoch === view.state.epoch ? { kind: "seen" } : { kind: "gap", view };
}

/** Whether the log has events that the view lacks [R4]. */
export function isBehind({ state, isTrue }: View, headSeq: number): boolean {
  return !isTrue || headSeq > state.seq;
}

function takeSnapshot(view: View, event: Extract<OptaEvent, { event: "session.snapshot" }>): Advance {
  const { state } = view;
  // Late or doubled: it would take the view back in time.
  if (view.isTrue && event.epoch === state.epoch && event.seq <= state.seq) return { kind: "seen" };
  const next = fold(state, event);
  const belongs = next.sessionId === event.sessionId && next.epoch === event.epoch && next.seq === event.seq;
  return belongs ? { kind: "reset", view: { state: next, isTrue: true } } : { kind: "gap", view: distrust(view) };
}

/** Whether a delta does not begin where the text that is held ends: the state is wrong although no event is missing [E4]. */
function lacksText({ seq, active }: SessionState, event: OptaEvent | UnknownEvent): boolean {
  if (event.event !== "turn.token" && event.event !== "turn.thinking") return false;
  const { turnId, partId, offset } = event.payload;
  if (event.seq !== seq + 1 || active?.turnId !== turnId) return false;
  let held = 0;
  for (const part of active.parts) if (part.kind !== "tool" && part.partId === partId) held += part.text.length;
  return held !== offset;
}
