/**
 * How the page comes in: it takes the ticket out of its address and exchanges it for a cookie that no script can read.
 * The ticket is in no storage and no history, and lives here until it is used. When there is none, or the daemon has
 * restarted and knows the cookie no more, `state` says so, and everything waits until `opta web` is run again: it opens
 * this page with another ticket, in this tab or in another one, which tells this one.
 *
 *     checking ─┬─ cookie or ticket is good ─► signed-in ─── the daemon has restarted ──┐
 *               └─ neither ─► ticket-wanted ─┬─ ticket in the address ─► checking       │
 *                                   ▲        └─ another tab has signed in ─► checking   │
 *                                   └───────────────────────────────────────────────────┘
 */
import { Api, ApiError, type EndpointSource, pageEndpoint } from "@opta/protocol/client";
import { Value } from "@opta/view/value";
import { readIntroduction } from "./address.ts";

export type SignInState =
  | { readonly kind: "checking" }
  | { readonly kind: "signed-in" }
  /** `problem` says what is wrong with the ticket that came last; `null` when none has come. */
  | { readonly kind: "ticket-wanted"; readonly problem: string | null };

/** What this needs of the browser. */
export interface SignInWindow {
  readonly location: Pick<Location, "origin" | "pathname" | "search" | "hash">;
  readonly history: Pick<History, "state" | "replaceState">;
  readonly localStorage: Pick<Storage, "getItem" | "setItem">;
  addEventListener(type: "hashchange", listener: () => void): void;
  removeEventListener(type: "hashchange", listener: () => void): void;
}

/** Joins the tabs of one origin. It carries the word that a tab has signed in, and nothing else. */
const CHANNEL = "opta-sign-in";
/** Where the name is kept, which is no secret: a page that is opened again without one still knows it. */
const NAME_KEY = "opta.name";
/** Of somebody who has never said one. */
const UNKNOWN_NAME = "browser";

/** What the daemon says to a ticket that is no good. */
const REFUSALS: ReadonlySet<string> = new Set(["unauthorized", "forbidden_origin", "too_many_attempts"]);

interface Arrival {
  ticket: string;
  name: string | null;
}

export class SignIn implements Disposable {
  /** To be shared by the sessions and calls of the page. */
  readonly endpoint: EndpointSource;
  readonly state = new Value<SignInState>({ kind: "checking" });
  readonly #window: SignInWindow;
  readonly #channel = new BroadcastChannel(CHANNEL);
  /** What came last, until it is used. */
  #arrival: Arrival | null = null;
  /** Waits for a ticket, or to be told to look at the cookie again. */
  #taker: ((ticket: string | null) => void) | null = null;
  /** The name that came with the ticket on trial: a ticket that is no good vouches for nobody. */
  #nameOnTrial: string | null = null;
  #problem: string | null = null;
  #spent: Promise<void> = Promise.resolve();
  readonly #disposed = new AbortController();
  #name: string;

  /** Takes the ticket out of the address at once. @param window the browser's, unless a test brings its own */
  constructor(window: SignInWindow = globalThis) {
    this.#window = window;
    this.#name = storedName(window) ?? UNKNOWN_NAME;
    const enter = pageEndpoint({
      baseUrl: window.location.origin,
      ticket: (signal) => this.#nextTicket(signal),
    });
    this.endpoint = (signal) => this.#enter(enter, signal);
    this.#takeArrival();
    window.addEventListener("hashchange", this.#takeArrival);
    this.#channel.onmessage = () => this.#give(null);
  }

  /** The name under which the turns of this page stand in a session: `ann (web)`. */
  get writerId(): string {
    return `${this.#name} (web)`;
  }

  [Symbol.dispose](): void {
    this.#disposed.abort();
    this.#window.removeEventListener("hashchange", this.#takeArrival);
    this.#channel.close();
  }

  /** Waits for a ticket that is good, however many are not. */
  async #enter(source: EndpointSource, signal: AbortSignal) {
    for (;;) {
      try {
        const endpoint = await source(signal);
        await this.#spend(endpoint.baseUrl);
        this.#signedIn();
        return endpoint;
      } catch (error) {
        if (signal.aborted || !(error instanceof ApiError) || !REFUSALS.has(error.code)) throw error;
        this.#problem = error.message; // the ticket was no good and is spent: wait for another
      }
    }
  }

  /** A ticket that came though the cookie was good is used all the same: whoever made it waits for that. */
  #spend(baseUrl: string): Promise<void> {
    const { ticket, name = null } = this.#arrival ?? {};
    this.#arrival = null;
    if (ticket === undefined) return this.#spent; // nobody is let in before the name is known
    const api = new Api(() => Promise.resolve({ baseUrl, token: null }));
    return this.#spent = api.call("redeemTicket", { body: { ticket }, signal: this.#disposed.signal }).then(
      () => void (this.#nameOnTrial = name),
      () => {}, // too late for the ticket: the cookie is good
    );
  }

  #signedIn(): void {
    if (this.#nameOnTrial !== null) this.#name = storeName(this.#window, this.#nameOnTrial);
    this.#nameOnTrial = null;
    this.#problem = null;
    if (this.state.get().kind !== "signed-in") this.#channel.postMessage("signed-in");
    this.state.set({ kind: "signed-in" });
  }

  #nextTicket(signal: AbortSignal): Promise<string | null> {
    const { promise, resolve, reject } = Promise.withResolvers<string | null>();
    const giveUp = () => {
      if (this.#taker === resolve) this.#taker = null;
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    this.#taker = resolve;
    if (this.#arrival) this.#giveArrival();
    else this.state.set({ kind: "ticket-wanted", problem: this.#problem });
    return promise.finally(() => signal.removeEventListener("abort", giveUp));
  }

  /** Takes the ticket out of the address, where it would stay for others to see. */
  readonly #takeArrival = (): void => {
    const { location, history } = this.#window;
    const { ticket, name, rest } = readIntroduction(location.hash);
    if (ticket === null) return;
    history.replaceState(history.state, "", location.pathname + location.search + rest);
    this.#arrival = { ticket, name };
    if (this.#taker) this.#giveArrival();
    else this.endpoint(this.#disposed.signal).catch(() => {}); // at once, for it soon is too old; no daemon: others ask again
  };

  #giveArrival(): void {
    if (!this.#arrival || !this.#taker) return;
    const { ticket, name } = this.#arrival;
    this.#arrival = null;
    this.#nameOnTrial = name;
    this.#give(ticket);
  }

  #give(ticket: string | null): void {
    if (!this.#taker) return;
    this.#taker(ticket);
    this.#taker = null;
    this.state.set({ kind: "checking" });
  }
}

/** A browser may keep nothing, and say so by throwing. */
function storedName({ localStorage }: SignInWindow): string | null {
  try {
    return localStorage.getItem(NAME_KEY);
  } catch {
    return null;
  }
}

function storeName({ localStorage }: SignInWindow, name: string): string {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // It is known as long as the page is open.
  }
  return name;
}
