/**
 * A session as somebody sees it who has no say in it: what it held, then everything as it comes, in the line mode's
 * printing. Of a request for permission it is told that one waits and what became of it; nobody is asked.
 */
import type { SessionState } from "@opta/protocol";
import { type Session, type SessionChange, SessionClosedError } from "@opta/protocol/client";
import { connectionWatcher } from "../chat/watch_connection.ts";
import { Transcript } from "../chat/transcript.ts";
import type { Colors } from "../output/colors.ts";
import { RequestNotices } from "./request_notices.ts";

export interface WatchOptions {
  /** Turns from before that are shown: as many of the latest. */
  tail: number;
  clientId: string;
  colors: Colors;
  /** How wide the terminal is now. */
  columns(): number;
  /** More of the transcript, to be written as it is. */
  print(text: string): void;
  /** A line about the connection, where it does not belong into the transcript; `null` puts it there. */
  aside: ((text: string) => void) | null;
  signal: AbortSignal;
}

/**
 * Watches until it cannot go on.
 *
 * @throws {SessionClosedError | OutputClosed} or the signal's reason
 */
export async function watchSession(session: Session, options: WatchOptions): Promise<never> {
  const { tail, clientId, colors, columns, print, aside, signal } = options;
  const transcript = new Transcript({ clientId, colors, columns });
  const notices = new RequestNotices({ clientId, colors, columns });
  const ended = Promise.withResolvers<never>();
  const lookAtConnection = connectionWatcher(aside ?? ((text) => print(transcript.line(colors.yellow(text)))));
  const look = () => {
    for (const notice of notices.look(session.state, session.presence)) print(transcript.line(notice));
  };
  let isShown = false;
  const take = (change: SessionChange) => {
    if (change.kind === "connection") {
      if (change.connection.kind === "closed") throw new SessionClosedError(change.connection.reason);
      lookAtConnection(change.connection);
    } else if (isShown) {
      print(transcript.change(change, session.state));
      look();
    }
  };
  const unsubscribe = session.subscribe((change) => {
    try {
      take(change);
    } catch (error) {
      ended.reject(error); // thrown on, it would look like a bug of the session
    }
  });
  const abort = () => ended.reject(signal.reason);
  signal.addEventListener("abort", abort);
  try {
    await Promise.race([session.caughtUp(signal), ended.promise]);
    print(historyOf(transcript, session.state, tail, colors));
    look();
    isShown = true; // nothing was awaited since the state was taken
    return await ended.promise;
  } catch (error) {
    if (isShown && (signal.aborted || error instanceof SessionClosedError) && !transcript.isAtLineStart) print("\n");
    throw error;
  } finally {
    unsubscribe();
    signal.removeEventListener("abort", abort);
  }
}

/** What the session holds now, of its earlier turns the latest `tail` alone. */
export function historyOf(transcript: Transcript, state: SessionState, tail: number, { dim }: Colors): string {
  const hidden = state.turns.length - tail;
  if (hidden <= 0) return transcript.history(state);
  // What a transcript has given once it does not give again.
  transcript.history({ ...state, turns: state.turns.slice(0, hidden), active: null, queue: [] });
  const turns = hidden === 1 ? "1 earlier turn" : `${hidden.toLocaleString("en")} earlier turns`;
  const mark = tail === 0 ? "" : transcript.line(dim(`… ${turns}; --tail all shows everything`)) + "\n";
  return mark + transcript.change({ kind: "reset" }, state);
}
