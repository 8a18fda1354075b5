/**
 * The sessions of the daemon while somebody looks at them: the first page again and again, further ones when they are come
 * near, and what is found in the texts of all. Every call ends with the listing.
 */
import type { SessionSummary } from "@opta/protocol";
import type { Api, Clock } from "@opta/protocol/client";
import { noPages, type SessionPages, withFirstPage, withNextPage } from "./session_pages.ts";
import { Work } from "./work.ts";

/** Sessions of a page. */
const PAGE_SESSIONS = 50;
/** Milliseconds until it is looked again what runs. */
const REFRESH_MS = 2_000;
/** Milliseconds without a key until texts are searched: each search reads them all. */
const SEARCH_DELAY_MS = 200;
/** Letters that are worth a search: the daemon finds words by their beginnings. */
const LEAST_QUERY_LENGTH = 2;

export interface Found {
  query: string;
  sessions: readonly SessionSummary[];
}

export class SessionListing implements Disposable {
  readonly #api: Api;
  readonly #clock: Pick<Clock, "after">;
  readonly #onChange: () => void;
  readonly #closing = new AbortController();
  readonly #first: Work;
  readonly #next: Work;
  readonly #search: Work;
  #pages: SessionPages = noPages;
  #found: Found = { query: "", sessions: [] };
  #stopRefreshing = () => {};
  #stopSearching = () => {};

  constructor(api: Api, clock: Pick<Clock, "after">, signal: AbortSignal, onChange: () => void) {
    this.#api = api;
    this.#clock = clock;
    this.#onChange = onChange;
    const all = AbortSignal.any([signal, this.#closing.signal]);
    [this.#first, this.#next, this.#search] = [
      new Work(all, onChange),
      new Work(all, onChange),
      new Work(all, onChange),
    ];
  }

  get pages(): SessionPages {
    return this.#pages;
  }

  get found(): Found {
    return this.#found;
  }

  /** What could not be read. */
  get problem(): string | null {
    return this.#first.problem ?? this.#next.problem ?? this.#search.problem;
  }

  get isBusy(): boolean {
    return this.#next.label !== null || this.#search.label !== null ||
      !this.#pages.isLoaded && this.#first.label !== null;
  }

  /** Reads the first page, and from then on again and again, whether or not that succeeds. */
  refresh(): void {
    this.#stopRefreshing();
    this.#first.run("reading sessions", async (signal) => {
      const page = await this.#api.call("listSessions", { query: { limit: PAGE_SESSIONS }, signal });
      this.change(withFirstPage(this.#pages, page));
    }).then(() => {
      if (this.#closing.signal.aborted) return;
      this.#stopRefreshing = this.#clock.after(REFRESH_MS, () => this.refresh());
    });
  }

  /** Reads the next page, if there is one and it is not on its way. */
  readMore(): void {
    const { nextCursor } = this.#pages;
    if (nextCursor === null || this.#next.label !== null) return;
    this.#next.run("reading more", async (signal) => {
      const query = { limit: PAGE_SESSIONS, cursor: nextCursor };
      this.change(withNextPage(this.#pages, await this.#api.call("listSessions", { query, signal })));
    });
  }

  /** Searches the texts of all sessions, a moment after the last key. */
  search(text: string): void {
    const query = text.trim();
    this.#stopSearching();
    this.#search.cancel();
    if (query === this.#found.query) return;
    if (query.length < LEAST_QUERY_LENGTH) {
      this.#found = { query: "", sessions: [] };
      return;
    }
    this.#stopSearching = this.#clock.after(SEARCH_DELAY_MS, () => {
      this.#search.run("searching", async (signal) => {
        const { sessions } = await this.#api.call("listSessions", {
          query: { limit: PAGE_SESSIONS, text: query },
          signal,
        });
        this.#found = { query, sessions };
        this.#onChange();
      });
    });
  }

  /** It is known to be otherwise than it was read. */
  change(pages: SessionPages): void {
    this.#pages = pages;
    this.#onChange();
  }

  [Symbol.dispose](): void {
    this.#closing.abort();
    this.#stopRefreshing();
    this.#stopSearching();
    for (const work of [this.#first, this.#next, this.#search]) work[Symbol.dispose]();
  }
}
