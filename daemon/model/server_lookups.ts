/** What is known of the model servers, for each way to talk to them. It is kept for a while, for a turn waits on it. */
import { type SearchResult, type ServerProvider, ServerSearch, type ServerSearchOptions } from "./server_search.ts";
import { type Lifetime, SharedLookup } from "./shared_lookup.ts";

/** A server that answered is believed in for minutes: a turn that finds it gone says so, and it is looked for again. */
const SERVER_LIFETIME: Lifetime = { freshMs: 60_000, usableMs: 600_000 };
/** Short, so that a server that is started after Opta is noticed. */
const NOTHING_LIFETIME: Lifetime = { freshMs: 10_000, usableMs: 10_000 };
/** Whoever tries again after a failure wants to know how it is now. */
const FAILURE_LIFETIME: Lifetime = { freshMs: 0, usableMs: 0 };

export class ServerLookups implements AsyncDisposable {
  readonly #search: ServerSearch;
  readonly #lookups: Record<ServerProvider, SharedLookup<SearchResult>>;

  /** @param now milliseconds of a monotonic clock */
  constructor(options: Omit<ServerSearchOptions, "onFailure">, now: () => number) {
    this.#search = new ServerSearch({ ...options, onFailure: () => this.forget() });
    const lookup = (provider: ServerProvider) =>
      new SharedLookup({ find: (signal) => this.#search.search(provider, signal), lifetime: lifetimeOf, now });
    this.#lookups = { auto: lookup("auto"), lmx: lookup("lmx"), openai: lookup("openai") };
  }

  of(provider: ServerProvider): SharedLookup<SearchResult> {
    return this.#lookups[provider];
  }

  /** Whoever asks next waits for what is true then. */
  forget(): void {
    Object.values(this.#lookups).forEach((lookup) => lookup.forget());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Object.values(this.#lookups).map((lookup) => lookup[Symbol.asyncDispose]()));
    await this.#search[Symbol.asyncDispose]();
  }
}

function lifetimeOf({ kind }: SearchResult): Lifetime {
  switch (kind) {
    case "server":
      return SERVER_LIFETIME;
    case "nothing":
      return NOTHING_LIFETIME;
    case "failure":
      return FAILURE_LIFETIME;
    default:
      return kind satisfies never;
  }
}
