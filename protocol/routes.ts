/**
 * The route table: method, path, who may call, and the schemas of query, body and answer. The server dispatches from
 * it, the client's calls are typed by it, and the OpenAPI document is generated from it [H1].
 */
import type { z } from "zod";
import { doorRoutes } from "./routes/door_routes.ts";
import { modelRoutes } from "./routes/model_routes.ts";
import { observeRoutes } from "./routes/observe_routes.ts";
import { pageRoutes } from "./routes/page_routes.ts";
import { sessionRoutes } from "./routes/session_routes.ts";
import { toolRoutes } from "./routes/tool_routes.ts";
import type { Route } from "./routes/route.ts";

export type * from "./routes/route.ts";

/** Every route of the daemon, by the name of its operation. */
export const routes = {
  ...pageRoutes,
  ...observeRoutes,
  ...sessionRoutes,
  ...toolRoutes,
  ...modelRoutes,
  ...doorRoutes,
} as const satisfies Record<string, Route>;

export type RouteName = keyof typeof routes;

type SchemaOf<R, K extends "query" | "body" | "response"> = R extends { [P in K]: infer S extends z.ZodType } ? S
  : never;

/** What a caller writes as query or body: defaults may be left out. */
export type RouteInput<N extends RouteName, K extends "query" | "body"> = z.input<SchemaOf<(typeof routes)[N], K>>;
/** What the server gets after validation. */
export type RouteParsed<N extends RouteName, K extends "query" | "body"> = z.output<SchemaOf<(typeof routes)[N], K>>;
/** The JSON answer. */
export type RouteResponse<N extends RouteName> = z.output<SchemaOf<(typeof routes)[N], "response">>;
