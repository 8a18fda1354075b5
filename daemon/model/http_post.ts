/**
 * Posts a request to a model server that answers over HTTP, and reads what it says when it refuses. Whatever it speaks, the
 * ways in which a connection fails are the same; only the words for it differ.
 */
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

/** An error body is read up to here, in bytes: what it says stands at its beginning. */
const MAX_ERROR_BODY_BYTES = 64 * 1024;

/** @throws what `fetch` does, when the request was given up or broke off for no reason that can be found out */
export async function post(target: PostTarget, body: string, watch: RequestWatch): Promise<Response | ModelFailure> {
  const { url, headers, timeouts } = target;
  // `fetch` does not say when it has connected, and a server may take minutes before it sends headers: so look after a
  // while whether anybody is there. Only then, to spare the common case a connection. Over https there may be a proxy on
  // the way, which a plain connection would not take: there the first-token limit is the only one.
  const answered = new AbortController();
  const knock = url.protocol === "http:"
    ? setTimeout(() => giveUpUnreachable(target, watch, answered.signal), timeouts.connectMs / 2)
    : undefined;
  try {
    // Another server may be meant by a redirect, one that the user did not name.
    return await fetch(url, { method: "POST", headers, redirect: "manual", body, signal: watch.signal });
  } catch (cause) {
    if (watch.signal.aborted) throw cause;
    const failure = await why(target, watch.signal);
    if (failure) return failure;
    throw cause;
  } finally {
    clearTimeout(knock);
    answered.abort();
  }
}

/** The first bytes of a body as text; the rest is not read. */
export async function readStart(body: AsyncIterable<Uint8Array>, maxBytes = MAX_ERROR_BODY_BYTES): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return text;
}

async function giveUpUnreachable(target: PostTarget, watch: RequestWatch, answered: AbortSignal): Promise<void> {
  const failure = await why(target, answered);
  if (failure && !answered.aborted) watch.fail(failure);
}

function why({ url, timeouts, words }: PostTarget, signal: AbortSignal): Promise<ModelFailure | null> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  return whyUnreachable({ host: url.hostname, port }, timeouts, signal, words);
}
