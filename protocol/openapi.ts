/** The OpenAPI 3.1 document of the daemon, generated from the route table [H1]. */
import * as z from "zod";
import { ErrorResponse } from "./error.ts";
import { type Route, routes } from "./routes.ts";

type Document = Record<string, unknown>;

/** @param version the version of the daemon that serves the document */
export function openApiDocument(version: string): Document {
  const paths: Record<string, Document> = {};
  for (const [operationId, route] of Object.entries<Route>(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, "{$1}");
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(operationId, route) };
  }
  return {
    openapi: "3.1.0",
    info: { title: "Opta daemon", version, description: "Protocol v3. Errors are `{error:{code,message,retryable}}`." },
    paths,
    components: { securitySchemes: { token: { type: "http", scheme: "bearer" } } },
  };
}

function operation(operationId: string, route: Route): Document {
  const success = typeof route.response === "string"
    ? { description: "Success", content: { [route.response]: {} } }
    : { description: "Success", content: json(route.response, "output") };
  return {
    operationId,
    summary: route.summary,
    ...(route.auth === "token" && { security: [{ token: [] }] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(route.bodyType && { requestBody: { required: true, content: { [route.bodyType]: {} } } }),
    ...(route.body && { requestBody: { required: true, content: json(route.body, "input") } }),
    responses: {
      [String(route.status ?? 200)]: success,
      default: { description: "Failure", content: json(ErrorResponse, "output") },
    },
  };
}

function json(schema: z.ZodType, io: "input" | "output"): Document {
  return { "application/json": { schema: jsonSchema(schema, io) } };
}

function jsonSchema(schema: z.ZodType, io: "input" | "output"): Document {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: "any" });
  return rest;
}

function pathParameters(path: string): Document[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodType | undefined): Document[] {
  if (!query) return [];
  const schema = jsonSchema(query, "input") as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: "query",
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));
}
