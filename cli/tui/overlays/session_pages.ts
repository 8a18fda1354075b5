/** Pages of the list of sessions put together: the first one comes again and again, for what runs now. Pure. */
import type { SessionSummary } from "@opta/protocol";

export interface SessionPages {
  readonly sessions: readonly SessionSummary[];
  /** Where the next page begins; `null` after the last. */
  readonly nextCursor: string | null;
  /** One page has come at least. */
  readonly isLoaded: boolean;
}

type Page = Pick<SessionPages, "sessions" | "nextCursor">;

/** Sessions that are held: searching by their texts goes on in the daemon. */
export const MAX_SESSIONS = 2_000;

export const noPages: SessionPages = { sessions: [], nextCursor: null, isLoaded: false };

/** What is behind the first page stays, but for what has come to be in it. */
export function withFirstPage(pages: SessionPages, { sessions, nextCursor }: Page): SessionPages {
  const last = sessions.at(-1);
  if (!pages.isLoaded || nextCursor === null || !last) return { sessions, nextCursor, isLoaded: true };
  const ids = new Set(sessions.map(({ sessionId }) => sessionId));
  const behind = pages.sessions.filter(({ sessionId, updatedAt }) =>
    !ids.has(sessionId) && updatedAt <= last.updatedAt
  );
  const isFirst = behind.length === 0;
  return { sessions: [...sessions, ...behind], nextCursor: isFirst ? nextCursor : pages.nextCursor, isLoaded: true };
}

export function withNextPage(pages: SessionPages, { sessions, nextCursor }: Page): SessionPages {
  const ids = new Set(pages.sessions.map(({ sessionId }) => sessionId));
  const all = [...pages.sessions, ...sessions.filter(({ sessionId }) => !ids.has(sessionId))];
  return {
    sessions: all.slice(0, MAX_SESSIONS),
    nextCursor: all.length < MAX_SESSIONS ? nextCursor : null,
    isLoaded: true,
  };
}

export function withoutSession(pages: SessionPages, gone: string): SessionPages {
  return { ...pages, sessions: pages.sessions.filter(({ sessionId }) => sessionId !== gone) };
}

export function withSession(pages: SessionPages, changed: SessionSummary): SessionPages {
  const sessions = pages.sessions.map((session) => session.sessionId === changed.sessionId ? changed : session);
  return { ...pages, sessions };
}
