/**
 * Posts a request to a model server that answers over HTTP, once. Whatever it speaks, the ways in which a connection fails are
 * the same; only the words for it differ.
 */
import { isUnsent } from "./fetch_error.ts";
import { freshConnection } from "./fresh_connection.ts";
import type { ModelFailure } from "./model.ts";
import { type ReachWords, whyUnreachable } from "./reach.ts";
import type { RequestWatch } from "./request_watch.ts";
import type { ModelTimeouts } from "./timeouts.ts";

export interface PostTarget {
  url: URL;
  headers: Record<string, string>;
  timeouts: ModelTimeouts;
  /** What to say when it cannot be reached. */
  words?: ReachWords;
}

/** @throws what `fetch` does, when the request was given up or broke off for no reason that can be found out */
export async function post(target: PostTarget, body: string, watch: RequestWatch): Promise<Response | ModelFailure> {
  const { url, timeouts } = target;
  // `fetch` does not say when it has connected, and a server may take minutes before it sends headers: so look after a
  // while whether anybody is there. Only then, to spare the common case a connection. Over https there may be a proxy on
  // the way, which a plain connection would not take: there the first-token limit is the only one.
  const answered = new AbortController();
  const knock = url.protocol === "http:"
    ? setTimeout(() => giveUpUnreachable(target, watch, answered.signal), timeouts.connectMs / 2)
    : undefined;
  try {
    return await send(target, body, watch.signal);
  } catch (cause) {
    if (watch.signal.aborted) throw cause;
    const failure = await why(target, watch.signal);
    if (failure) return isUnsent(cause) ? failure : taken(failure);
    throw cause;
  } finally {
    clearTimeout(knock);
    answered.abort();
  }
}

/**
 * Deno's `fetch` sends a request again by itself when its connection breaks, and would have an answer made twice: not one whose
 * body it cannot read twice, such as a `Blob`.
 */
function send({ url, headers }: PostTarget, body: string, signal: AbortSignal): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { ...headers, ...freshConnection(url) },
    redirect: "manual", // another server may be meant by a redirect, one that the user did not name
    body: new Blob([body]),
    signal,
  });
}

async function giveUpUnreachable(target: PostTarget, watch: RequestWatch, answered: AbortSignal): Promise<void> {
  const failure = await why(target, answered);
  // Refused is another matter: `fetch` would have been, too, so it has connected, to a server that takes no more.
  if (failure?.code === "connect-timeout" && !answered.aborted) watch.fail(failure);
}

function why({ url, timeouts, words }: PostTarget, signal: AbortSignal): Promise<ModelFailure | null> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return whyUnreachable({ host: url.hostname, port }, timeouts, signal, words);
}

/** The failure of a request that the server may have: it is not sent again. */
function taken({ again: _, ...failure }: ModelFailure): ModelFailure {
  return failure;
}
