import { OptaError, type Route, routes } from "@opta/protocol";
import { assertEquals, assertThrows } from "@std/assert";
import { matchRoute } from "./match_route.ts";

Deno.test("matchRoute() finds every route of the table and its parameters [H1]", () => {
  for (const [name, { method, path }] of Object.entries<Route>(routes)) {
    const names = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name ?? "");
    const expected = Object.fromEntries(names.map((name) => [name, `a ${name}/é`]));
    const actual = matchRoute(method, path.replaceAll(/:(\w+)/g, (_, name) => encodeURIComponent(`a ${name}/é`)));
    assertEquals<unknown>(actual, { name, params: expected });
  }
});

Deno.test("matchRoute() tells an unknown path from a wrong method [H2]", () => {
  const code = (method: string, path: string) => assertThrows(() => matchRoute(method, path), OptaError).code;
  assertEquals(code("GET", "/nowhere"), "not_found");
  assertEquals(code("GET", "/v3/sessions/"), "not_found");
  assertEquals(code("GET", "/v3/health/"), "not_found");
  assertEquals(code("PUT", "/v3/health"), "method_not_allowed");
  assertEquals(code("GET", "/v3/sessions/%zz"), "invalid_request");
  assertEquals(code("GET", `/v3/sessions/${"x".repeat(201)}`), "invalid_request");
  const error = assertThrows(() => matchRoute("PUT", "/v3/sessions"), OptaError);
  assertEquals(error.details, { allow: ["GET", "POST"] });
});
