/**
 * Typed calls of the daemon's HTTP routes. Method, path and shapes come from the route table; this file owns how a call
 * is made: its time limit, and what happens when the daemon has restarted in between.
 */
import type { z } from "zod";
import { type Route, type RouteInput, type RouteName, type RouteResponse, routes } from "../routes.ts";
import { credentialsFor, type Endpoint, type EndpointSource, isSameEndpoint } from "./endpoint.ts";
import { ApiError, badAnswer, DaemonUnreachableError, parseJson, readErrorBody, whyOf } from "./errors.ts";
import { readText } from "./text_chunks.ts";

/** Milliseconds for a whole answer. The slowest honest one is an export of a very long session. */
export const CALL_TIMEOUT_MS = 30_000;

type Routes = typeof routes;
/** Routes that answer with JSON of a known shape. */
export type JsonRouteName = { [N in RouteName]: Routes[N]["response"] extends z.ZodType ? N : never }[RouteName];
/** Routes that answer with a text. */
export type TextRouteName = Exclude<RouteName, JsonRouteName | "followWs" | "followSse">;

/** `/a/:x/b/:y` → `x` and `y`. */
type ParamNames<P extends string> = P extends `${string}:${infer Name}/${infer Rest}` ? Name | ParamNames<Rest>
  : P extends `${string}:${infer Name}` ? Name
  : never;
type Params<N extends RouteName> = ParamNames<Routes[N]["path"]> extends never ? unknown
  : { params: Record<ParamNames<Routes[N]["path"]>, string> };
type Query<N extends RouteName> = Routes[N] extends { query: z.ZodType } ? { query?: RouteInput<N, "query"> } : unknown;
type Body<N extends RouteName> = Routes[N] extends { body: z.ZodType } ? { body: RouteInput<N, "body"> } : unknown;

/** What a call of the route takes. */
export type CallOptions<N extends RouteName> =
  & Params<N>
  & Query<N>
  & Body<N>
  & { signal?: AbortSignal; timeoutMs?: number };
type OptionalWhenEmpty<T> = Record<never, never> extends T ? [options?: T] : [options: T];

interface Call {
  params?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal;
  timeoutMs?: number;
}

interface Answer {
  status: number;
  text: string;
}

export class Api {
  readonly #source: EndpointSource;
  #endpoint: Endpoint | null = null;

  constructor(source: EndpointSource) {
    this.#source = source;
  }

  /** @throws {ApiError | DaemonUnreachableError} or the signal's reason */
  async call<N extends JsonRouteName>(
    name: N,
    ...[options]: OptionalWhenEmpty<CallOptions<N>>
  ): Promise<RouteResponse<N>> {
    const route: Route = routes[name];
    const { status, text } = await this.#answer(route, options ?? {});
    const parsed = (routes[name].response as z.ZodType).safeParse(parseJson(text));
    if (parsed.success) return parsed.data as RouteResponse<N>; // the table pairs each name with its schema
    throw new ApiError(status, badAnswer(parsed.error));
  }

  /** The answer as it came. @throws {ApiError | DaemonUnreachableError} or the signal's reason */
  async callText<N extends TextRouteName>(name: N, ...[options]: OptionalWhenEmpty<CallOptions<N>>): Promise<string> {
    return (await this.#answer(routes[name], options ?? {})).text;
  }

  /** Makes the call, once more when the daemon is to be found elsewhere now and that does no harm. */
  async #answer(route: Route, call: Call): Promise<Answer> {
    const signal = call.signal ?? new AbortController().signal;
    const endpoint = this.#endpoint ??= await this.#source(signal);
    let first: Answer | DaemonUnreachableError;
    try {
      first = await exchange(endpoint, route, call);
    } catch (error) {
      if (!(error instanceof DaemonUnreachableError)) throw error;
      this.#endpoint = null; // whoever calls again is to look for it again
      if (!isRepeatable(route, call)) throw error;
      first = error;
    }
    if (!(first instanceof Error) && first.status !== 401) return accept(first); // 401: nothing was done, for any method
    const found = await this.#source(signal);
    this.#endpoint = found;
    if (!isSameEndpoint(endpoint, found)) return accept(await exchange(found, route, call));
    if (first instanceof Error) throw first;
    return accept(first);
  }
}

/** Whether the call may be made again when it is not known how far the first one got [S4]. */
function isRepeatable(route: Route, { body }: Call): boolean {
  if (route.method !== "POST") return true;
  return typeof body === "object" && body !== null && "clientTurnId" in body && body.clientTurnId !== undefined;
}

function accept(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new ApiError(answer.status, readErrorBody(answer.status, answer.text));
}

async function exchange(endpoint: Endpoint, route: Route, call: Call): Promise<Answer> {
  const { signal, timeoutMs = CALL_TIMEOUT_MS } = call;
  const { headers, credentials } = credentialsFor(endpoint);
  if (call.body !== undefined) headers["content-type"] = "application/json";
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
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
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

function urlOf(endpoint: Endpoint, route: Route, { params = {}, query = {} }: Call): URL {
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ""));
  const url = new URL(path, endpoint.baseUrl);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  return url;
}
