/** Finds the route of a request. The paths of the protocol's table are taken apart once. */
import { OptaError, type Route, type RouteName, routes } from "@opta/protocol";

interface CompiledRoute {
  name: RouteName;
  /** `GET`, and `HEAD` where that is answered as well. */
  methods: readonly string[];
  segments: readonly string[];
}

export interface RouteMatch {
  name: RouteName;
  params: Record<string, string>;
}

/** By the number of their segments. */
const compiled = Map.groupBy(
  Object.entries<Route>(routes).map(([name, { method, path, head }]): CompiledRoute => ({
    name: name as RouteName, // the keys of the table are its names
    methods: head ? [method, "HEAD"] : [method],
    segments: path.split("/"),
  })),
  (route) => route.segments.length,
);

/** Longest value of a path parameter, in characters; every id is shorter. */
const MAX_PARAM_LENGTH = 200;

/** @throws {OptaError} `not_found`, `method_not_allowed`, `invalid_request` */
export function matchRoute(method: string, pathname: string): RouteMatch {
  const segments = pathname.split("/");
  const candidates = (compiled.get(segments.length) ?? []).filter((route) => fits(route, segments));
  if (candidates.length === 0) throw new OptaError("not_found", `There is nothing at ${pathname.slice(0, 200)}.`);
  const route = candidates.find((candidate) => candidate.methods.includes(method));
  if (!route) {
    const allow = candidates.flatMap((candidate) => candidate.methods);
    throw new OptaError("method_not_allowed", `${method} is not possible here; possible: ${allow.join(", ")}.`, {
      allow,
    });
  }
  return { name: route.name, params: paramsOf(route, segments) };
}

function fits(route: CompiledRoute, segments: readonly string[]): boolean {
  return route.segments.every((segment, i) => segment.startsWith(":") ? segments[i] !== "" : segment === segments[i]);
}

function paramsOf(route: CompiledRoute, segments: readonly string[]): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [i, segment] of route.segments.entries()) {
    if (segment.startsWith(":")) params[segment.slice(1)] = decode(segments[i] ?? "");
  }
  return params;
}

function decode(segment: string): string {
  let value: string;
  try {
    value = decodeURIComponent(segment);
  } catch (cause) {
    throw new OptaError("invalid_request", "The path has a wrong % escape.", undefined, { cause });
  }
  if (value.length > MAX_PARAM_LENGTH) throw new OptaError("invalid_request", "An id in the path is too long.");
  return value;
}
