import { ErrorResponse, MAX_BODY_BYTES, type Route, type RouteName, routes } from "@opta/protocol";
import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { exchange, rawRequest } from "../../tests/support/raw_http.ts";
import { countAppends } from "../observe/counters.ts";
import { turnOf } from "../session/testing/harness.ts";
import { StorageError } from "../store/store.ts";
import { TestBuild } from "./testing/test_build.ts";
import { startTestServer, type TestServer, TOKEN } from "./testing/test_server.ts";

/** A path of each route, of a session that exists. */
function pathOf(route: Route, sessionId: string): string {
  return route.path.replace(":sessionId", sessionId).replace(":requestId", "req_1").replace(":name", "main.js");
}

/** A body or query that each route takes. */
const inputs: { [N in RouteName]?: { body?: unknown; query?: string } } = {
  createSession: { body: { title: "another" } },
  updateSession: { body: { title: "renamed" } },
  submitTurn: { body: turnOf("hello") },
  cancelTurns: { body: {} },
  resolvePermission: { body: { requestId: "req_1", decision: "allow", decidedBy: "alice" } },
  undoChanges: { body: {} },
  restoreSession: { body: {} },
  startBackground: { body: { sessionId: "none", command: "true" } },
  killBackground: { body: {} },
  legacyChat: { body: { message: "hello" } },
  openaiChat: { body: { model: "default", messages: [{ role: "user", content: "hello" }] } },
  createTicket: { body: { origin: "http://localhost:1" } },
  redeemTicket: { body: { ticket: "none" } },
  lmxLoad: { body: { modelId: "a" } },
  lmxConfirmLoad: { body: { confirmationToken: "t" } },
  lmxUnload: { body: { modelId: "a" } },
  lmxDownload: { body: { repoId: "a/b" } },
};

/** Routes whose success needs more than a call, and what they answer here; their own tests have the rest. */
const refusals: { [N in RouteName]?: string } = {
  resolvePermission: "not_found",
  undoChanges: "not_found",
  restoreSession: "not_found",
  importSession: "invalid_request",
  startBackground: "not_found",
  backgroundStatus: "not_found",
  backgroundOutput: "not_found",
  killBackground: "not_found",
  createTicket: "forbidden_origin",
  redeemTicket: "forbidden_origin",
  followWs: "invalid_request",
  followSse: "invalid_request",
  lmxStatus: "no_model_server",
  lmxModels: "no_model_server",
  lmxAvailable: "no_model_server",
  lmxMemory: "no_model_server",
  lmxLoad: "no_model_server",
  lmxConfirmLoad: "no_model_server",
  lmxUnload: "no_model_server",
  lmxDownload: "no_model_server",
  lmxDownloadProgress: "no_model_server",
  lmxDelete: "no_model_server",
};

/** Routes that ask the model. */
const asking: ReadonlySet<string> = new Set<RouteName>(["submitTurn", "legacyChat", "openaiChat"]);

Deno.test("every route of the table answers what the table says [H1]", async () => {
  await using build = new TestBuild();
  await build.write(["main"]);
  await using server = startTestServer({ pageFiles: build.files });
  const table = Object.entries<Route>(routes) as [RouteName, Route][];
  for (const [name, route] of table) {
    const sessionId = await server.session();
    const { body } = inputs[name] ?? {};
    const answered = asking.has(name) ? server.models.next().then((answer) => answer.finish()) : null;
    const response = await server.fetch(pathOf(route, sessionId), {
      method: route.method,
      headers: { "content-type": "application/json", "accept-encoding": "identity" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const refusal = refusals[name];
    if (refusal) {
      assertEquals(ErrorResponse.parse(JSON.parse(text)).error.code, refusal, name);
    } else {
      assertEquals(response.status, route.status ?? 200, `${name}: ${text}`);
      if (route.response instanceof z.ZodType) route.response.parse(JSON.parse(text));
      else assertNotEquals(text, "", name);
    }
    await answered;
  }
});

Deno.test("every answer has the headers that keep it out of caches, frames and guesses", async () => {
  await using server = startTestServer();
  for (const path of ["/v3/health", "/nowhere", "/v3/sessions"]) {
    const { headers, body } = await fetch(server.baseUrl + path);
    await body?.cancel();
    assertEquals(headers.get("x-content-type-options"), "nosniff");
    assertEquals(headers.get("cache-control"), "no-store");
    assertStringIncludes(headers.get("content-security-policy") ?? "", "default-src 'none'");
    assertEquals(headers.get("referrer-policy"), "no-referrer");
    assertEquals(headers.get("access-control-allow-origin"), null);
  }
});

Deno.test("an error is {error:{code,message,retryable}} whatever went wrong [H2]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const json = { "content-type": "application/json" };
  const post = (body: string, headers: HeadersInit = json) =>
    server.fetch(`/v3/sessions/${sessionId}/turns`, { method: "POST", body, headers });
  const cases: [Promise<Response>, number, string, RegExp][] = [
    [server.fetch("/nowhere"), 404, "not_found", /nowhere/],
    [server.fetch("/v3/health", { method: "POST" }), 405, "method_not_allowed", /GET/],
    [server.fetch("/v3/sessions/none"), 404, "not_found", /none/],
    [server.fetch("/v3/sessions/none/events"), 404, "not_found", /none/],
    [server.fetch("/v3/sessions?limit=0"), 400, "invalid_request", /query.*limit/],
    [server.fetch(`/v3/sessions/${sessionId}/export?format=exe`), 400, "invalid_request", /query.*format/],
    [server.fetch("/v3/sessions", { headers: { authorization: "Bearer no" } }), 401, "unauthorized", /token/],
    [post("{"), 400, "invalid_request", /JSON/],
    [post("[".repeat(1_000)), 400, "invalid_request", /nested/],
    [post("{}", {}), 400, "invalid_request", /application\/json/],
    [post("{}", { "content-type": "application/x-www-form-urlencoded" }), 400, "invalid_request", /application\/json/],
    [post(JSON.stringify(turnOf("   "))), 400, "invalid_request", /body.*content.*empty/],
    [post(JSON.stringify({ ...turnOf("x"), mode: "party" })), 400, "invalid_request", /body.*mode/],
    [post(JSON.stringify({ content: "x".repeat(MAX_BODY_BYTES) })), 413, "payload_too_large", /bytes/],
  ];
  for (const [sent, status, code, message] of cases) {
    const response = await sent;
    const { error } = ErrorResponse.parse(await response.json());
    assertEquals([response.status, error.code], [status, code], error.message);
    assertMatch(error.message, message);
  }
});

Deno.test("a body that is not UTF-8, breaks off or grows past the limit is refused", async () => {
  await using server = startTestServer();
  const stream = (chunk: Uint8Array<ArrayBuffer>, count: number) =>
    new ReadableStream({
      pull(controller) {
        if (count-- > 0) controller.enqueue(chunk);
        else controller.close();
      },
    });
  const send = async (body: BodyInit) => {
    const headers = { "content-type": "application/json" };
    const response = await server.fetch("/v3/sessions", { method: "POST", body, headers });
    return ErrorResponse.parse(await response.json()).error;
  };
  assertStringIncludes((await send(new Uint8Array([0x22, 0xff, 0x22]))).message, "UTF-8");
  const spaces = new Uint8Array(64 * 1024).fill(0x20);
  assertEquals((await send(stream(spaces, MAX_BODY_BYTES / spaces.length + 1))).code, "payload_too_large");
});

Deno.test("an internal error is logged with its stack and not told to the client", async () => {
  await using server = startTestServer();
  server.store.list = () => Promise.reject(new Error("the secret of the house"));
  const response = await server.fetch("/v3/sessions");
  const text = await response.text();
  assertEquals(response.status, 500);
  assertEquals(ErrorResponse.parse(JSON.parse(text)).error.code, "internal");
  assert(!text.includes("secret of the house"));
  assertEquals(server.logged.map(({ message }) => message), ["A request failed"]);
  assertStringIncludes(String(server.logged[0]?.facts.error), "the secret of the house");
});

Deno.test("a store that takes no writes is 503, and health says read_only until it does again", async () => {
  await using server = startTestServer();
  const status = async () => (await (await server.fetch("/v3/health")).json()).status;
  const { append } = server.store;
  let full = true;
  const failing: typeof append = (request) =>
    full ? Promise.reject(new StorageError("No space left", "full")) : append.call(server.store, request);
  server.store.append = failing;
  countAppends(server.store, server.counters);
  const response = await server.post("/v3/sessions", {});
  const { error } = ErrorResponse.parse(await response.json());
  assertEquals([response.status, error.code, error.retryable], [503, "storage_unavailable", true]);
  assertStringIncludes(error.message, "disk is full");
  assertEquals(await status(), "read_only");
  full = false;
  const again = await server.post("/v3/sessions", {});
  await again.body?.cancel();
  assertEquals(again.status, 201);
  assertEquals(await status(), "ok");
});

Deno.test("a session whose log takes no writes can still be shown and exported", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "Kept" });
  const { lease } = server.store;
  server.store.lease = () => Promise.reject(new StorageError("No space left", "full")); // what loading writes first
  const shown = await server.fetch(`/v3/sessions/${sessionId}`);
  assertEquals([shown.status, (await shown.json()).title], [200, "Kept"]);
  const exported = await server.fetch(`/v3/sessions/${sessionId}/export?format=json`);
  assertEquals([exported.status, (await exported.json()).title], [200, "Kept"]);
  server.store.lease = lease;
});

Deno.test("createSession answers 200 for an id that exists [H1]", async () => {
  await using server = startTestServer();
  const create = async () => {
    const response = await server.post("/v3/sessions", { sessionId: "mine", title: "First" });
    return [response.status, (await response.json()).title];
  };
  assertEquals(await create(), [201, "First"]);
  assertEquals(await create(), [200, "First"]);
});

Deno.test("readEvents sends the stored bytes, and 410 for a cursor that cannot be served [E6, R3]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "Bytes é 😀" });
  const [first] = await server.store.read(sessionId, 0, { maxEvents: 1, maxBytes: 1 });
  const head = await server.store.head(sessionId);
  const page = await (await server.fetch(`/v3/sessions/${sessionId}/events`)).text();
  assertEquals(page, `{"events":[${first?.line}],"headSeq":1,"epoch":"${head?.epoch}"}`);
  for (const [query, reason] of [["afterSeq=2", "ahead_of_head"], ["epoch=other", "epoch_changed"]]) {
    const response = await server.fetch(`/v3/sessions/${sessionId}/events?${query}`);
    const { error } = ErrorResponse.parse(await response.json());
    assertEquals([response.status, error.code, error.details?.reason], [410, "resync_required", reason]);
  }
});

Deno.test("exportSession gives the log to the byte as jsonl, the state as json, prose as md [E6]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "Tea", messages: [{ role: "user", content: "Is it ready?" }] });
  await runTurn(server, sessionId);
  const get = async (format: string) =>
    await (await server.fetch(`/v3/sessions/${sessionId}/export?format=${format}`)).text();
  const lines = await server.store.read(sessionId, 0, { maxEvents: 1_000, maxBytes: 1e9 });
  assertEquals(await get("jsonl"), lines.map(({ line }) => `${line}\n`).join(""));
  assertEquals(JSON.parse(await get("json")).turns.length, 1);
  const markdown = await get("md");
  for (const text of ["# Tea", "Is it ready?", "hello", "Good day."]) assertStringIncludes(markdown, text);
});

Deno.test("the Prometheus text has the counters", async () => {
  await using server = startTestServer();
  await server.session();
  const text = await (await server.fetch("/metrics")).text();
  assertMatch(text, /^opta_sessions 1$/m);
  assertMatch(text, /^opta_events_appended_total 1$/m);
  assertMatch(text, /^opta_event_loop_lag_seconds\{quantile="0.99"\} [\d.e-]+$/m);
});

Deno.test("a page of an allowed foreign origin gets its CORS headers, another gets none", async () => {
  const origin = "https://opta.example";
  await using server = startTestServer({ allowedOrigins: [origin] });
  const preflight = await fetch(`${server.baseUrl}/v3/sessions`, {
    method: "OPTIONS",
    headers: { origin, "access-control-request-method": "POST" },
  });
  assertEquals([preflight.status, preflight.headers.get("access-control-allow-origin")], [204, origin]);
  assertStringIncludes(preflight.headers.get("access-control-allow-headers") ?? "", "authorization");
  const allowed = await server.fetch("/v3/sessions", { headers: { origin } });
  await allowed.body?.cancel();
  assertEquals([allowed.status, allowed.headers.get("access-control-allow-origin")], [200, origin]);
  const refused = await server.fetch("/v3/sessions", { headers: { origin: "https://evil.example" } });
  await refused.body?.cancel();
  assertEquals([refused.status, refused.headers.get("access-control-allow-origin")], [403, null]);
});

Deno.test("a ticket becomes a cookie that only its page can use [security 3]", async () => {
  await using server = startTestServer();
  const { port } = server.server;
  const origin = server.baseUrl;
  const { ticket } = await (await server.post("/v3/tickets", { origin })).json();
  const redeem = (headers: Record<string, string>) =>
    rawRequest({
      port,
      method: "POST",
      path: "/v3/tickets/redeem",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ ticket }),
    });
  assertEquals((await redeem({})).status, 403);
  const redeemed = await redeem({ origin });
  assertEquals(redeemed.status, 200);
  const setCookie = redeemed.headers.get("set-cookie") ?? "";
  for (const part of ["HttpOnly", "SameSite=Strict", "Path=/v3"]) assertStringIncludes(setCookie, part);
  assertEquals((await redeem({ origin })).status, 401);

  const cookie = setCookie.split(";")[0] ?? "";
  const list = async (headers: Record<string, string>) =>
    (await rawRequest({ port, path: "/v3/sessions", headers: { cookie, ...headers } })).status;
  assertEquals(await list({ origin }), 200);
  assertEquals(await list({ "sec-fetch-site": "same-origin" }), 200);
  assertEquals(await list({}), 403);
});

Deno.test("nonsense on the wire is answered or dropped, and the server lives on", async () => {
  await using server = startTestServer();
  const { port } = server.server;
  const nonsense = [
    "\0\0\0\0\r\n\r\n",
    "GET\r\n\r\n",
    `GET /v3/health HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n`,
    `POST /v3/sessions HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nauthorization: Bearer ${TOKEN}\r\n` +
    "content-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\nZZ\r\n",
  ];
  for (const text of nonsense) assertNotEquals((await exchange(port, text)).status, 200);
  assertEquals((await server.fetch("/v3/health")).status, 200);
});

async function runTurn(server: TestServer, sessionId: string): Promise<void> {
  const session = await server.sessions.get(sessionId);
  await session.submit(turnOf("hello"));
  const answer = await server.models.next();
  answer.text("Good day.");
  answer.finish();
  await server.until(sessionId, ({ event }) => event === "turn.done");
}
