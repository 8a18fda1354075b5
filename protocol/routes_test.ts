import { assert, assertEquals, assertMatch } from "@std/assert";
import { MAX_PAGE_EVENTS } from "./limits.ts";
import { type Route, routes } from "./routes.ts";

const table = Object.entries<Route>(routes);

Deno.test("routes has each method and path once, parameters whatever they are called [H1]", () => {
  const places = table.map(([, { method, path }]) => `${method} ${path.replaceAll(/:\w+/g, ":")}`);
  assertEquals(new Set(places).size, places.length);
});

Deno.test("routes takes bodies only where HTTP has them, and always says what they are [H2]", () => {
  for (const [name, { method, body, bodyType }] of table) {
    assertEquals((body ?? bodyType) !== undefined, method === "POST" || method === "PATCH", name);
  }
});

Deno.test("routes asks for the token everywhere but where one could not have it yet", () => {
  const open = table.filter(([, route]) => route.auth === "none").map(([name]) => name);
  assertEquals(open, ["page", "pageAsset", "redeemTicket", "health", "legacyHealth"]);
});

Deno.test("routes names its paths and operations in one way", () => {
  for (const [name, { path, summary }] of table) {
    assertMatch(name, /^[a-z][A-Za-z]+$/);
    assertMatch(
      path,
      /^(\/v3(\/(:?[A-Za-z.]+))+|\/v1\/(chat|models|chat\/completions)|\/metrics|\/health|\/|\/assets\/:name)$/,
    );
    assert(summary.length > 0 && !summary.endsWith("."), summary);
  }
});

Deno.test("routes has the paths that clients in the field use", () => {
  const places = new Set(table.map(([, { method, path }]) => `${method} ${path}`));
  const spoken = [
    "GET /v3/health",
    "GET /v3/metrics",
    "POST /v3/sessions",
    "GET /v3/sessions/:sessionId",
    "POST /v3/sessions/:sessionId/turns",
    "POST /v3/sessions/:sessionId/cancel",
    "GET /v3/sessions/:sessionId/events",
    "POST /v3/sessions/:sessionId/permissions/:requestId",
    "GET /v3/background",
    "POST /v3/background/start",
    "GET /v3/background/:processId/status",
    "GET /v3/background/:processId/output",
    "POST /v3/background/:processId/kill",
    "GET /v3/ws",
    "GET /v3/sse/events",
    "GET /v3/lmx/status",
    "GET /v3/lmx/models",
    "GET /v3/lmx/models/available",
    "GET /v3/lmx/memory",
    "POST /v3/lmx/models/load",
    "POST /v3/lmx/models/unload",
    "POST /v3/lmx/models/download",
    "DELETE /v3/lmx/models/:modelId",
  ];
  for (const place of spoken) assert(places.has(place), place);
});

Deno.test("routes fills in what a query leaves out, and refuses what is out of bounds", () => {
  const { query } = routes.readEvents;
  assertEquals(query.parse({}), { afterSeq: 0, limit: 500 });
  assertEquals(query.parse({ afterSeq: "7", limit: "2" }), { afterSeq: 7, limit: 2 });
  for (const limit of ["0", "-1", "x", String(MAX_PAGE_EVENTS + 1)]) {
    assertEquals(query.safeParse({ limit }).success, false, limit);
  }
  assertEquals(routes.followSse.query.safeParse({ sessionId: "s1", afterSeq: "-1" }).success, false);
});

Deno.test("routes refuses a turn without words, and ids that could be anything else", () => {
  const { body } = routes.submitTurn;
  const turn = { clientId: "c1", writerId: "w1", content: "Hello", mode: "chat" };
  assertEquals(body.safeParse(turn).success, true);
  for (const fault of [{ content: " \n" }, { mode: "sing" }, { clientTurnId: "../x" }, { writerId: "" }]) {
    assertEquals(body.safeParse({ ...turn, ...fault }).success, false, JSON.stringify(fault));
  }
  assertEquals(routes.updateSession.body.safeParse({}).success, false);
});
