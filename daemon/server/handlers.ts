/**
 * The shape of the route implementations, typed by the protocol's table: a route without one, or one that answers
 * something else than the table says, is a type error [H1].
 */
import type { RouteName, RouteParsed, RouteResponse, routes } from "@opta/protocol";
import type { Source } from "./guard.ts";

/** The parameters that stand in a path: `/v3/sessions/:sessionId` has `sessionId`. */
type PathParams<P extends string> = P extends `${string}:${infer Name}/${infer Rest}`
  ? { [K in Name]: string } & PathParams<Rest>
  : P extends `${string}:${infer Name}` ? { [K in Name]: string }
  : unknown;

/** A request after validation. */
export interface ParsedRequest<N extends RouteName> {
  params: PathParams<(typeof routes)[N]["path"]>;
  query: RouteParsed<N, "query">;
  body: RouteParsed<N, "body">;
  /** As it came; its body has been read. */
  raw: Request;
  source: Source;
  /** Settles when the answer has gone out or the client has left. */
  completed: Promise<void>;
}

/** The JSON answer with the route's usual status, or a whole response. */
export type Handler<N extends RouteName> = (request: ParsedRequest<N>) => Promise<RouteResponse<N> | Response>;

export type Handlers = { [N in RouteName]: Handler<N> };
