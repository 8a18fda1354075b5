/**
 * How a browser page comes in: it exchanges a one-time ticket for a cookie that no script can read, and does so again
 * when the daemon has restarted and knows the cookie no more. Where tickets come from is the page's affair; the first
 * one stands in the fragment of its address, which never leaves the browser.
 */
import { Api } from "./api.ts";
import type { Endpoint, EndpointSource } from "./endpoint.ts";
import { ApiError } from "./errors.ts";

/** Which daemon, and how the page comes in. */
export interface PageEndpointOptions {
  /** Of the daemon: `http://127.0.0.1:9999`, without a path. */
  baseUrl: string;
  /**
   * Gives a ticket that was not used before. It is called when there is no cookie, or one that the daemon does not know;
   * it may wait until somebody opens the page again, and gives up when the signal aborts. `null` says to look at the
   * cookie again, for another page of the same origin has signed in: they share it.
   */
  ticket(signal: AbortSignal): Promise<string | null>;
}

/** The source of a page's endpoint. The page shares one among its sessions: then one ticket signs all of them in. */
export function pageEndpoint({ baseUrl, ticket }: PageEndpointOptions): EndpointSource {
  const unsigned: Endpoint = { baseUrl, token: null };
  const api = new Api(() => Promise.resolve(unsigned));
  let endpoint = unsigned;
  let latest: Promise<unknown> = Promise.resolve();

  async function signIn(signal: AbortSignal): Promise<Endpoint> {
    signal.throwIfAborted();
    while (!await isSignedIn(api, signal)) {
      endpoint = { ...unsigned }; // stands for another cookie
      const next = await ticket(signal);
      if (next === null) continue;
      await api.call("redeemTicket", { body: { ticket: next }, signal });
      break;
    }
    return endpoint;
  }

  return (signal) => {
    // One after the other: who comes while another waits for a ticket finds itself signed in, and needs none.
    const mine = latest.then(() => signIn(signal));
    latest = mine.catch(() => {});
    return unlessAborted(mine, signal);
  };
}

/** What the daemon says to no cookie or an unknown one, to that of another page, and to any of these too often. */
const refusals: ReadonlySet<string> = new Set(["unauthorized", "forbidden_origin", "too_many_attempts"]);

/** @throws {ApiError | DaemonUnreachableError} or the signal's reason */
async function isSignedIn(api: Api, signal: AbortSignal): Promise<boolean> {
  try {
    await api.call("metrics", { signal });
    return true;
  } catch (error) {
    if (error instanceof ApiError && refusals.has(error.code)) return false;
    throw error;
  }
}

/** The outcome of `work`, or the signal's reason as soon as it aborts. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
