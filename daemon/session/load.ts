/**
 * Reads a session's log from the store and folds it, checking what is read: the disk is an edge like any other. A long log
 * takes a second, in which others must not stand still: after each page everybody else gets a turn.
 */
import {
  Envelope,
  fold,
  initialState,
  type OptaEvent,
  parseEvent,
  type SessionState,
  type UnknownEvent,
} from "@opta/protocol";
import { setImmediate } from "node:timers/promises";
import { type LogHead, type LogLine, StorageError, type Store } from "../store/store.ts";
import { REPLAY_PAGE } from "./limits.ts";

/** The state up to the last good event, and what is wrong with the next one. */
export interface LoadedLog {
  state: SessionState;
  /** `null` when the whole log is good; then `state.seq` is its head. */
  damage: string | null;
  /** Good events of which this version does not know the payload: they stay in the log and move the cursor [E7]. */
  unknownEvents: number;
}

export async function loadLog(store: Store, sessionId: string, head: LogHead): Promise<LoadedLog> {
  let state = initialState(sessionId, head.epoch);
  let unknownEvents = 0;
  const upTo = (damage: string | null) => ({ state, damage, unknownEvents });
  while (state.seq < head.seq) {
    const page = await readOrDamage(store, sessionId, state.seq);
    if (typeof page === "string") return upTo(page);
    if (page.length === 0) return upTo(`event ${state.seq + 1} of ${head.seq} is missing`);
    for (const { seq, line } of page) {
      const event = parseLine(line);
      if (typeof event === "string") return upTo(`event ${seq} cannot be read: ${event}`);
      if (event.seq !== state.seq + 1 || event.epoch !== head.epoch) {
        return upTo(`event ${state.seq + 1} is missing or of another epoch`);
      }
      if (event.event === "unknown") unknownEvents++;
      state = fold(state, event);
    }
    if (state.seq < head.seq) await setImmediate();
  }
  return upTo(null);
}

/** A page, or what is damaged. A store that cannot be read for another reason says nothing about the log. */
async function readOrDamage(store: Store, sessionId: string, afterSeq: number): Promise<LogLine[] | string> {
  try {
    return await store.read(sessionId, afterSeq, REPLAY_PAGE);
  } catch (error) {
    if (error instanceof StorageError && error.fault === "damaged") return error.message;
    throw error;
  }
}

/**
 * The event of a line, or why there is none. A payload that does not fit is no damage: a later version wrote it, and what
 * is not understood must not be cut away.
 */
function parseLine(line: string): OptaEvent | UnknownEvent | string {
  try {
    const value = JSON.parse(line);
    try {
      return parseEvent(value);
    } catch { // looked at again only now: of a long log each look counts
      const envelope = Envelope.parse(value);
      return { ...envelope, event: "unknown", payload: { name: envelope.event } };
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
