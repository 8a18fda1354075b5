/**
 * The lines of a session's log from one of its turns on, to the byte [E6], and further ones as they come. It reads pages
 * from a cursor, so that what is printed slowly is held by nobody; the attached session only says when to read on.
 */
import { type Cursor, MAX_PAGE_EVENTS } from "@opta/protocol";
import { type Api, ApiError, DaemonUnreachableError, type Session } from "@opta/protocol/client";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds before a daemon that did not answer is asked again. */
const RETRY_MS = 500;

export interface ReadLogOptions {
  api: Api;
  /** On the same session; is waited for where there is nothing to read. */
  session: Session;
  sessionId: string;
  /** Begin with the turn that so many have been queued since, itself included. */
  tail: number;
  /** The log is another one now, and what follows begins anew. */
  onRewritten(): void;
  signal: AbortSignal;
}

/**
 * Never ends by itself.
 *
 * @throws {ApiError | SessionClosedError} or the signal's reason
 */
export async function* readLog(options: ReadLogOptions): AsyncGenerator<string, never> {
  const { api, session, sessionId, tail, onRewritten, signal } = options;
  let place: Cursor | null = null;
  for (;;) {
    await session.caughtUp(signal);
    try {
      const at: Cursor = place ?? await findTail(api, session.state, tail, signal);
      const lines = await readPage(api, sessionId, at, MAX_PAGE_EVENTS, signal);
      for (const { line } of lines) yield line;
      place = { ...at, seq: lines.at(-1)?.seq ?? at.seq };
      if (lines.length === 0) await session.until(({ epoch, seq }) => epoch !== at.epoch || seq > at.seq, signal);
    } catch (error) {
      if (error instanceof ApiError && error.code === "resync_required") {
        place = null;
        onRewritten();
      } else if (error instanceof DaemonUnreachableError) {
        await delay(RETRY_MS, null, { signal }).catch(() => signal.throwIfAborted());
      } else throw error;
    }
  }
}

interface Line {
  seq: number;
  event: string;
  line: string;
}

/** The cursor before the event that queued the turn. It looks from the end of the log backwards: a log may be long. */
async function findTail(
  api: Api,
  { sessionId, epoch, seq: head }: { sessionId: string } & Cursor,
  tail: number,
  signal: AbortSignal,
): Promise<Cursor> {
  if (tail === Infinity) return { epoch, seq: 0 };
  let left = tail;
  for (let end = head; left > 0 && end > 0;) {
    const start = Math.max(0, end - MAX_PAGE_EVENTS);
    let seq = start;
    const queued: number[] = [];
    while (seq < end) { // pages are also bounded by their bytes
      const lines = await readPage(api, sessionId, { epoch, seq }, end - seq, signal);
      if (lines.length === 0) break;
      for (const line of lines) if (line.event === "turn.queued") queued.push(line.seq);
      seq = lines.at(-1)!.seq;
    }
    const first = queued.at(-left);
    if (first !== undefined) return { epoch, seq: first - 1 };
    left -= queued.length;
    end = start;
  }
  return { epoch, seq: tail === 0 ? head : 0 };
}

async function readPage(
  api: Api,
  sessionId: string,
  { epoch, seq }: Cursor,
  limit: number,
  signal: AbortSignal,
): Promise<Line[]> {
  const query = { afterSeq: seq, epoch, limit };
  const { events } = await api.call("readEvents", { params: { sessionId }, query, signal });
  // Printed again, what was parsed is what it was: the daemon made the line in the same way, and keys keep their order.
  return events.map((envelope) => ({ seq: envelope.seq, event: envelope.event, line: JSON.stringify(envelope) }));
}
