/**
 * The sessions as a list: asked for every other second while somebody looks, because a connection of its own would take
 * one of the few that a browser allows to a host. Acting on a session is here as well; what is in it is `Conversation`.
 *
 *     visible ─► ask ─► wait 2 s ─► ask …        hidden ─► rest        query, act ─► ask at once
 */
import type { SessionSummary, Workspace } from "@opta/protocol";
import type { Api } from "@opta/protocol/client";
import { Value } from "@opta/view/value";

export interface SessionListState {
  /** What the list is of; empty for all sessions. */
  readonly query: string;
  readonly sessions: readonly SessionSummary[];
  readonly hasMore: boolean;
  /** Nothing has come yet for this query. */
  readonly isLoading: boolean;
  /** Why the list may be an old one. */
  readonly problem: string | null;
}

/** Milliseconds from one answer to the next question: what happens elsewhere is seen soon, at next to no cost. */
const POLL_MS = 2_000;
/** Milliseconds for an answer; longer, and the daemon has other trouble. */
const TIMEOUT_MS = 10_000;
const PAGE = 50;
/** Sessions that are looked at each time. Older ones are found by searching. */
const MAX_LISTED = 200;

export class SessionList implements Disposable {
  readonly state = new Value<SessionListState>({
    ...{ query: "", sessions: [], hasMore: false, isLoading: true, problem: null },
  });
  readonly #api: Api;
  #limit = PAGE;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = new AbortController();
  #isDisposed = false;

  constructor(api: Api) {
    this.#api = api;
    document.addEventListener("visibilitychange", this.#look);
    this.refresh();
  }

  search(query: string): void {
    if (query === this.state.get().query) return;
    this.#limit = PAGE;
    this.#change({ query, isLoading: true });
    this.refresh();
  }

  more(): void {
    this.#limit = Math.min(MAX_LISTED, this.#limit + PAGE);
    this.refresh();
  }

  /** Asks now. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#asking.abort();
    this.#asking = new AbortController();
    if (!this.#isDisposed) this.#ask(this.#asking.signal);
  }

  /** @param sessionId made by the caller, so that to ask again does no harm */
  async create(sessionId: string, workspace?: Workspace): Promise<void> {
    await this.#api.call("createSession", { body: { sessionId, workspace } });
    this.refresh();
  }

  async rename(sessionId: string, title: string): Promise<void> {
    await this.#api.call("updateSession", { params: { sessionId }, body: { title } });
    this.refresh();
  }

  async remove(sessionId: string): Promise<void> {
    await this.#api.call("deleteSession", { params: { sessionId } });
    const { sessions } = this.state.get();
    this.#change({ sessions: sessions.filter((session) => session.sessionId !== sessionId) });
    this.refresh();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    document.removeEventListener("visibilitychange", this.#look);
    clearTimeout(this.#timer);
    this.#asking.abort();
  }

  readonly #look = (): void => {
    if (document.visibilityState === "visible") this.refresh();
    else clearTimeout(this.#timer);
  };

  async #ask(signal: AbortSignal): Promise<void> {
    const text = this.state.get().query.trim() || undefined;
    try {
      const query = { limit: this.#limit, text };
      const { sessions, nextCursor } = await this.#api.call("listSessions", { query, signal, timeoutMs: TIMEOUT_MS });
      if (signal.aborted) return;
      this.#change({
        sessions,
        hasMore: nextCursor !== null && this.#limit < MAX_LISTED,
        isLoading: false,
        problem: null,
      });
    } catch (error) {
      if (signal.aborted) return;
      this.#change({ isLoading: false, problem: error instanceof Error ? error.message : String(error) });
    }
    if (document.visibilityState === "visible") this.#timer = setTimeout(() => this.refresh(), POLL_MS);
  }

  /** What is the same as before is drawn by nobody. */
  #change(changes: Partial<SessionListState>): void {
    const before = this.state.get();
    const { sessions = before.sessions } = changes;
    const known = new Map(before.sessions.map((session) => [JSON.stringify(session), session]));
    const kept = sessions.map((session) => known.get(JSON.stringify(session)) ?? session);
    const isSameList = kept.length === before.sessions.length && kept.every((s, i) => s === before.sessions[i]);
    const next = { ...before, ...changes, sessions: isSameList ? before.sessions : kept };
    const keys = Object.keys(next) as (keyof SessionListState)[];
    if (keys.some((key) => next[key] !== before[key])) this.state.set(next);
  }
}
