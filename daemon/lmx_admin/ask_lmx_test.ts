import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { type ErrorCode, OptaError } from "@opta/protocol";
import { closedPort } from "../model/testing/list_server.ts";
import { placeAt, placeOf } from "../model/server_place.ts";
import { askLmx, type LmxServer } from "./ask_lmx.ts";
import { AdminStatus } from "./lmx_answers.ts";

const STATUS = { version: "1", models: [] };

/** A server of one answer, and the requests that came to it. */
function startServer(answer: () => Response | Promise<Response>) {
  const requests: { path: string; headers: Headers }[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    requests.push({ path: new URL(request.url).pathname, headers: new Headers(request.headers) });
    return answer();
  });
  return { port: server.addr.port, requests, [Symbol.asyncDispose]: () => server.shutdown() };
}

const at = (port: number, adminKey: string | null = null): LmxServer => ({
  place: placeAt({ host: "127.0.0.1", port }, "api-key"),
  adminKey,
});

const readStatus = (server: LmxServer, limitMs = 20_000) =>
  askLmx(server, { method: "GET", path: "status", answer: AdminStatus, limitMs });

async function refusalOf(server: LmxServer, limitMs?: number): Promise<OptaError> {
  return await assertRejects(() => readStatus(server, limitMs), OptaError);
}

Deno.test("askLmx() sends both keys, each in its header", async () => {
  await using server = startServer(() => Response.json(STATUS));
  assertEquals((await readStatus(at(server.port, "admin-key"))).version, "1");
  const { path, headers } = server.requests[0]!;
  assertEquals(path, "/admin/status");
  assertEquals([headers.get("x-admin-key"), headers.get("authorization")], ["admin-key", "Bearer api-key"]);
});

Deno.test("askLmx() does not follow a redirect, which would take the key elsewhere", async () => {
  await using other = startServer(() => Response.json(STATUS));
  await using server = startServer(() => Response.redirect(`http://127.0.0.1:${other.port}/admin/status`));
  await refusalOf(at(server.port, "admin-key"));
  assertEquals(other.requests, []);
});

Deno.test("askLmx() sends nothing to a server behind TLS or under a path: LMX is never there", async () => {
  await using server = startServer(() => Response.json(STATUS));
  const place = placeOf(`http://127.0.0.1:${server.port}/api`, null);
  assertEquals((await refusalOf({ place, adminKey: "admin-key" })).code, "lmx_unsupported");
  assertEquals(server.requests, []);
});

const answers: [what: string, answer: () => Response, code: ErrorCode][] = [
  ["404 of another server", () => Response.json({ detail: "Not Found" }, { status: 404 }), "lmx_unsupported"],
  ["404 without JSON", () => new Response("no", { status: 404 }), "lmx_unsupported"],
  ["405", () => new Response(null, { status: 405 }), "lmx_unsupported"],
  ["200 to everything", () => Response.json({ error: "Unexpected endpoint or method" }), "lmx_unsupported"],
  ["a page", () => new Response("<html>"), "lmx_unsupported"],
  ["404 of a model", () => lmxError(404, "model_not_found"), "not_found"],
  ["400", () => lmxError(400, "invalid_value"), "invalid_request"],
  ["403", () => Response.json({ detail: "Invalid or missing admin key" }, { status: 403 }), "lmx_forbidden"],
  ["409", () => lmxError(409, "model_in_use"), "lmx_refused"],
  ["507", () => lmxError(507, "insufficient_memory"), "lmx_refused"],
  ["500 without words", () => new Response(null, { status: 500 }), "lmx_refused"],
];

function lmxError(status: number, code: string): Response {
  return Response.json({ error: { message: "It cannot be done.", type: "x", param: null, code } }, { status });
}

for (const [what, answer, code] of answers) {
  Deno.test(`askLmx() takes ${what} for ${code}, and names the server`, async () => {
    await using server = startServer(answer);
    const error = await refusalOf(at(server.port));
    assertEquals(error.code, code);
    assertStringIncludes(error.message, `127.0.0.1:${server.port}`);
  });
}

Deno.test("askLmx() quotes what a server says, but not the admin key in it", async () => {
  await using server = startServer(() =>
    Response.json({ error: { message: "no admin-key-1 here.", code: null } }, { status: 500 })
  );
  const { message } = await refusalOf(at(server.port, "admin-key-1"));
  assertStringIncludes(message, "no … here.");
});

Deno.test("askLmx() says that nothing listens there", async () => {
  for (const method of ["GET", "POST"] as const) {
    const asking = () => askLmx(at(closedPort()), { method, path: "status", answer: AdminStatus, limitMs: 20_000 });
    const { code, message } = await assertRejects(asking, OptaError);
    assertEquals(code, "lmx_unreachable");
    assertStringIncludes(message, "connection refused");
  }
});

Deno.test("askLmx() asks for a change once, also when the connection breaks over it", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  let requests = 0;
  const serving = (async () => {
    for await (const connection of listener) {
      using _ = connection;
      if (await connection.read(new Uint8Array(64 * 1024)) !== null) requests++; // the others only knock
    }
  })();
  const server = at(listener.addr.port);
  const load = { method: "POST", path: "models/load", body: { model_id: "m" }, answer: AdminStatus } as const;
  const { code, message } = await assertRejects(() => askLmx(server, { ...load, limitMs: 20_000 }), OptaError);
  assertEquals([code, requests], ["lmx_unreachable", 1]);
  assertStringIncludes(message, "connection closed before message completed");
  listener.close();
  await serving;
});

Deno.test("askLmx() gives up after its limit, before the answer and within it", async () => {
  const { promise: never, resolve } = Promise.withResolvers<Response>();
  await using silent = startServer(() => never);
  assertEquals((await refusalOf(at(silent.port), 50)).code, "lmx_timeout");
  resolve(new Response());
  await using slow = startServer(() => new Response(new ReadableStream()));
  assertEquals((await refusalOf(at(slow.port), 50)).code, "lmx_timeout");
});

Deno.test("askLmx() stops reading an answer that has no end", async () => {
  const block = new TextEncoder().encode(" ".repeat(1024 * 1024));
  let sent = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    sent += block.length;
    controller.enqueue(block);
  };
  await using server = startServer(() => new Response(new ReadableStream({ pull })));
  assertEquals((await refusalOf(at(server.port))).code, "lmx_unsupported");
  assert(sent < 64 * block.length, `${sent} bytes were sent`);
});
