/** Validates what a client sent by the schemas of its route. Behind this edge the types are trusted. */
import { MAX_BODY_BYTES, OptaError, type Route, type RouteName, routes } from "@opta/protocol";
import type { z } from "zod";
import { describeFault } from "./error_response.ts";
import type { Source } from "./guard.ts";
import type { ParsedRequest } from "./handlers.ts";
import { MAX_ANONYMOUS_BODY_BYTES } from "./limits.ts";
import type { RouteMatch } from "./match_route.ts";
import { readBody } from "./read_body.ts";

export interface Arrival {
  raw: Request;
  url: URL;
  source: Source;
  completed: Promise<void>;
}

/** @throws {OptaError} `invalid_request`, `payload_too_large` */
export async function parseRequest(
  { name, params }: RouteMatch,
  { raw, url, source, completed }: Arrival,
): Promise<ParsedRequest<RouteName>> {
  const route: Route = routes[name];
  const query = route.query && parse(route.query, Object.fromEntries(url.searchParams), "query");
  const maxBytes = route.auth === "none" ? MAX_ANONYMOUS_BODY_BYTES : MAX_BODY_BYTES;
  const anyType = route.errors === "legacy"; // its scripts never said what they send
  const body = route.body && parse(route.body, await readBody(raw, { maxBytes, anyType }), "body");
  // The table pairs each name with its schemas and its path; the compiler cannot follow that through a variable.
  return { params, query, body, raw, source, completed } as ParsedRequest<RouteName>;
}

function parse(schema: z.ZodType, value: unknown, part: "query" | "body"): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new OptaError("invalid_request", `The ${part} is not valid: ${describeFault(result.error)}`);
}
