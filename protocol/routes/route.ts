/** What the table says of one route. */
import type { z } from "zod";

/** `none`: no credentials (Host and Origin rules still hold). `token`: bearer token or the browser's cookie. */
export type RouteAuth = "none" | "token";

/**
 * How a route words its errors: as H2 has it; as `{error: string}`, which earlier releases spoke; or as OpenAI's API does.
 */
export type ErrorDialect = "v3" | "legacy" | "openai";

/** One route. `response` is a schema of the JSON answer, or the media type of an answer that is not JSON. */
export interface Route {
  method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Segments that begin with `:` are parameters. */
  path: string;
  auth: RouteAuth;
  summary: string;
  query?: z.ZodType;
  body?: z.ZodType;
  /** The media type of a body that is not JSON, which is read as it comes; in place of `body`. */
  bodyType?: string;
  response: z.ZodType | string;
  /** Status of success; 200 unless said. */
  status?: number;
  /** HEAD is answered as well. */
  head?: true;
  /** `v3` unless said. */
  errors?: ErrorDialect;
}
