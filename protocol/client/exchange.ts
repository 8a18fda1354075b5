/** One request to the daemon and its whole answer: how it is sent, and its time limit. What to ask is `api.ts`. */
import type { Route } from "../routes.ts";
import { credentialsFor, type Endpoint } from "./endpoint.ts";
import { DaemonUnreachableError, whyOf } from "./errors.ts";
import { readText } from "./text_chunks.ts";

/** Milliseconds for a whole answer. The slowest honest one is an export of a very long session. */
export const CALL_TIMEOUT_MS = 30_000;

/** What a call of a route takes, whichever route it is. */
export interface Call {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
}

/** An answer of any status. */
export interface Answer {
  status: number;
  text: string;
}

/**
 * Sends the request and reads its answer, whatever its status.
 *
 * @param mayRepeat it does no harm when the platform sends it a second time
 * @throws {DaemonUnreachableError} or the signal's reason
 */
export async function exchange(endpoint: Endpoint, route: Route, call: Call, mayRepeat: boolean): Promise<Answer> {
  const { signal, timeoutMs = CALL_TIMEOUT_MS } = call;
  const { headers, credentials } = credentialsFor(endpoint);
  if (call.body !== undefined) headers["content-type"] = route.bodyType ?? "application/json";
  const timeout = new AbortController();
  const stop = signal ? AbortSignal.any([signal, timeout.signal]) : timeout.signal;
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    const response = await fetch(urlOf(endpoint, route, call), {
      method: route.method,
      headers,
      credentials,
      redirect: "error", // the daemon never redirects: a redirect would carry the token elsewhere
      signal: stop,
      ...(call.body !== undefined && { body: bodyOf(call.body, mayRepeat) }),
    });
    return { status: response.status, text: await readText(response, stop) };
  } catch (cause) {
    signal?.throwIfAborted();
    const why = timeout.signal.aborted ? `no answer within ${timeoutMs / 1000} s` : whyOf(cause);
    throw new DaemonUnreachableError(endpoint.baseUrl, why, { cause });
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Deno's `fetch` sends a request again by itself when a connection that it had kept breaks before the answer; not one
 * whose body it cannot read twice, such as a `Blob`. Node's sends no POST again. A browser may, whatever the body is: that
 * leaves it to the daemon, where a second cancel or decision changes nothing.
 */
function bodyOf(body: unknown, mayRepeat: boolean): string | Blob {
  if (body instanceof Blob) return body;
  const text = JSON.stringify(body);
  return mayRepeat ? text : new Blob([text]);
}

function urlOf(endpoint: Endpoint, route: Route, { params = {}, query = {} }: Call): URL {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const url = new URL(path, endpoint.baseUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
