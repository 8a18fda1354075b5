import { assertEquals } from "@std/assert";
import { openApiDocument } from "./openapi.ts";
import { type Route, routes } from "./routes.ts";

interface Operation {
  operationId: string;
  parameters: { name: string; in: string; required: boolean; schema: Record<string, unknown> }[];
  requestBody?: { content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { content: Record<string, unknown> }>;
  security?: unknown[];
}

const { paths } = openApiDocument("1.2.3") as { paths: Record<string, Record<string, Operation>> };

function operationOf({ method, path }: Route): Operation | undefined {
  return paths[path.replaceAll(/:(\w+)/g, "{$1}")]?.[method.toLowerCase()];
}

Deno.test("openApiDocument() describes every route, and nothing else [H1]", () => {
  const described = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
  assertEquals(described.sort(), Object.keys(routes).sort());
  for (const [name, route] of Object.entries<Route>(routes)) assertEquals(operationOf(route)?.operationId, name);
});

Deno.test("openApiDocument() asks for the token where the table does, and knows each route's success", () => {
  for (const route of Object.values<Route>(routes)) {
    const operation = operationOf(route);
    assertEquals(operation?.security !== undefined, route.auth === "token");
    assertEquals(Object.keys(operation?.responses ?? {}), [String(route.status ?? 200), "default"]);
    assertEquals(operation?.requestBody !== undefined, (route.body ?? route.bodyType) !== undefined);
  }
});

Deno.test("openApiDocument() lists the parameters of path and query", () => {
  const page = operationOf(routes.readEvents)?.parameters.map((one) => [one.name, one.in, one.required]);
  assertEquals(page, [
    ["sessionId", "path", true],
    ["afterSeq", "query", false],
    ["epoch", "query", false],
    ["limit", "query", false],
  ]);
});

Deno.test("openApiDocument() has bodies as a caller writes them", () => {
  const schema = operationOf(routes.submitTurn)?.requestBody?.content["application/json"]?.schema;
  assertEquals(schema?.required, ["clientId", "writerId", "content", "mode"]);
});

Deno.test("openApiDocument() is plain JSON", () => {
  const document = openApiDocument("1.2.3");
  assertEquals(JSON.parse(JSON.stringify(document)), document);
  assertEquals(document.openapi, "3.1.0");
});
