import { assertEquals } from "@std/assert";
import { formatRoute, readRoute, type Route } from "./route.ts";

Deno.test("readRoute() reads what formatRoute() writes", () => {
  const routes: Route[] = [{ kind: "new" }, { kind: "usage" }, { kind: "session", sessionId: "a b&c=d#é" }];
  assertEquals(routes.map((route) => readRoute(formatRoute(route))), routes);
});

Deno.test("readRoute() takes what is unknown for a new chat", () => {
  assertEquals(["", "#", "#nothing=1", "#session="].map((hash) => readRoute(hash).kind), ["new", "new", "new", "new"]);
});
