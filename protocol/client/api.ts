/**
 * Typed calls of the daemon's HTTP routes. Method, path and shapes come from the route table; this file owns what
 * happens when the daemon has restarted in between. The one exchange over the network is `exchange.ts`.
 */
import type { z } from "zod";
import { type Route, type RouteInput, type RouteName, type RouteResponse, routes } from "../routes.ts";
import { type Endpoint, type EndpointSource, isSameEndpoint } from "./endpoint.ts";
import { ApiError, badAnswer, DaemonUnreachableError, parseJson, readErrorBody } from "./errors.ts";
import { type Answer, type Call, exchange } from "./exchange.ts";

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
type Body<N extends RouteName> = Routes[N] extends { body: z.ZodType } ? { body: RouteInput<N, "body"> }
  : Routes[N] extends { bodyType: string } ? { body: Blob }
  : unknown;

/** What a call of the route takes. */
export type CallOptions<N extends RouteName> =
  & Params<N>
  & Query<N>
  & Body<N>
  & { signal?: AbortSignal; timeoutMs?: number };
type OptionalWhenEmpty<T> = Record<never, never> extends T ? [options?: T] : [options: T];

/**
 * Calls the daemon's routes by their names, such as `listSessions`, `createSession` and `exportSession`. It asks for the
 * endpoint once, and again when the daemon is not there or does not know the token any more.
 */
export class Api {
  readonly #source: EndpointSource;
  #endpoint: Endpoint | null = null;

  /**
   * Calls nothing yet.
   *
   * @param source where the daemon is
   */
  constructor(source: EndpointSource) {
    this.#source = source;
  }

  /**
   * Makes the call of this name. A session that is to be created without an id gets one here, so that it is created once
   * however often the request is sent.
   *
   * @throws {ApiError | DaemonUnreachableError} or the signal's reason
   */
  async call<N extends JsonRouteName>(
    name: N,
    ...[options]: OptionalWhenEmpty<CallOptions<N>>
  ): Promise<RouteResponse<N>> {
    const route: Route = routes[name];
    const { status, text } = await this.#answer(
      route,
      name === "createSession" ? withSessionId(options ?? {}) : options ?? {},
    );
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
    const mayRepeat = isRepeatable(route, call);
    let first: Answer | DaemonUnreachableError;
    try {
      first = await exchange(endpoint, route, call, mayRepeat);
    } catch (error) {
      if (!(error instanceof DaemonUnreachableError)) throw error;
      this.#endpoint = null; // whoever calls again is to look for it again
      if (!mayRepeat) throw error;
      first = error;
    }
    if (!(first instanceof Error) && first.status !== 401) return accept(first); // 401: nothing was done, for any method
    const found = await this.#source(signal);
    this.#endpoint = found;
    if (!isSameEndpoint(endpoint, found)) return accept(await exchange(found, route, call, mayRepeat));
    if (first instanceof Error) throw first;
    return accept(first);
  }
}

/** Whether the call may be made again when it is not known how far the first one got [S4]. */
function isRepeatable(route: Route, { body }: Call): boolean {
  if (route.method !== "POST") return true;
  if (typeof body !== "object" || body === null) return false;
  if (route === routes.createSession) return "sessionId" in body && body.sessionId !== undefined;
  return "clientTurnId" in body && body.clientTurnId !== undefined;
}

function withSessionId(call: Call): Call {
  return { ...call, body: { sessionId: `sess_${crypto.randomUUID()}`, ...withoutUndefined(call.body) } };
}

/** So that `sessionId: undefined` does not take the place of an id. */
function withoutUndefined(body: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body ?? {}).filter(([, value]) => value !== undefined));
}

function accept(answer: Answer): Answer {
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw new ApiError(answer.status, readErrorBody(answer.status, answer.text));
}
