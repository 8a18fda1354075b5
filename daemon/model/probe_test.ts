import { assert, assertEquals, assertMatch } from "@std/assert";
import { probeServer } from "./probe.ts";
import { placeAt, placeOf } from "./server_place.ts";
import { closedPort, hanging, ListServer, type ListServerOptions } from "./testing/list_server.ts";
import { DEFAULT_TIMEOUTS } from "./timeouts.ts";

const never = new AbortController().signal;

async function probe(list: ListServerOptions["list"], connectMs = DEFAULT_TIMEOUTS.connectMs) {
  await using server = new ListServer({ list });
  const place = placeAt({ host: "127.0.0.1", port: server.port }, null);
  return await probeServer(place, { ...DEFAULT_TIMEOUTS, connectMs }, never);
}

async function failureOf(list: ListServerOptions["list"]) {
  const result = await probe(list);
  assert(result.kind === "failure", `it is ${result.kind}`);
  return result.failure;
}

Deno.test("probeServer() reads the list of models", async () => {
  assertEquals(await probe([{ id: "a", state: "loaded" }]), { kind: "models", models: [{ id: "a", loaded: true }] });
  assertEquals(await probe([]), { kind: "models", models: [] });
});

Deno.test("probeServer() asks under the base URL, with the key", async () => {
  await using server = new ListServer({ list: [{ id: "a" }] });
  const place = placeOf(`http://127.0.0.1:${server.port}/deep/v1`, "secret");
  assertEquals((await probeServer(place, DEFAULT_TIMEOUTS, never)).kind, "models");
  assertEquals(server.asked, ["Bearer secret"]);
});

Deno.test("probeServer() accepts a server that has no list", async () => {
  for (const status of [404, 405, 501]) {
    const result = await probe(() => new Response("no", { status }));
    assertEquals(result, { kind: "unlisted", why: `does not list its models (HTTP ${status})` });
  }
});

Deno.test("probeServer() refuses what is no model server", async () => {
  for (
    const answer of [
      () => new Response("<html>hello</html>", { headers: { "content-type": "text/html" } }),
      () => Response.json({ hello: "world" }),
      () => new Response("{"),
      () => new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } }),
    ]
  ) assertEquals((await failureOf(answer)).code, "bad-response");
});

Deno.test("probeServer() says that a key is wanted", async () => {
  const failure = await failureOf(() => Response.json({ error: { message: "no key" } }, { status: 401 }));
  assertMatch(failure.message, /refused the API key \(HTTP 401\): no key\. Set it .* in OPTA_API_KEY/);
  assert(!failure.retryable);
});

Deno.test("probeServer() says that a server is not ready yet", async () => {
  const failure = await failureOf(() => Response.json({ error: { message: "Loading model" } }, { status: 503 }));
  assertMatch(failure.message, /\(HTTP 503\): Loading model/);
  assert(failure.retryable);
});

Deno.test("probeServer() stops reading a list without end", async () => {
  const { promise: cancelled, resolve } = Promise.withResolvers<void>();
  const endless = () => {
    const chunk = new TextEncoder().encode(" ".repeat(64 * 1024));
    return new Response(new ReadableStream({ pull: (body) => body.enqueue(chunk), cancel: () => resolve() }));
  };
  assertEquals((await failureOf(endless)).code, "bad-response");
  await cancelled;
});

Deno.test("probeServer() says what to do when nothing listens", async () => {
  const port = closedPort();
  const result = await probeServer(placeAt({ host: "127.0.0.1", port }, null), DEFAULT_TIMEOUTS, never);
  assert(result.kind === "failure");
  assertEquals(result.failure.code, "lmx-connection-refused");
  assertMatch(
    result.failure.message,
    new RegExp(`127\\.0\\.0\\.1:${port}: connection refused.*opta config set connection.host`),
  );
});

Deno.test("probeServer() tells a server that hangs from one that is not there", async () => {
  const { list, gaveUp } = hanging();
  assertEquals(await probe(list, 100), { kind: "unlisted", why: "did not list its models within 0.1 s" });
  await gaveUp;
});

Deno.test("probeServer() ends when it is aborted, and tells the server", async () => {
  const { list, gaveUp } = hanging();
  await using server = new ListServer({ list });
  const abort = new AbortController();
  const result = probeServer(placeAt({ host: "127.0.0.1", port: server.port }, null), DEFAULT_TIMEOUTS, abort.signal);
  await server.askedTimes(1);
  abort.abort();
  await result;
  await gaveUp;
});

Deno.test("probeServer() does not mistake another protocol for a server", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const greeting = (async () => {
    for (let i = 0; i < 2; i += 1) { // the request, and the knock that asks whether anybody is there
      using connection = await listener.accept();
      await connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH_9.6\r\n")).catch(() => 0);
    }
  })();
  const place = placeAt({ host: "127.0.0.1", port: listener.addr.port }, null);
  const result = await probeServer(place, DEFAULT_TIMEOUTS, never);
  assert(result.kind === "failure");
  assertEquals(result.failure.code, "bad-response");
  await greeting;
});

Deno.test({
  name: "probeServer() says to restart the daemon when the address was not granted to it",
  permissions: { net: ["127.0.0.1:1"] },
  fn: async () => {
    const result = await probeServer(placeAt({ host: "127.0.0.1", port: 12_345 }, null), DEFAULT_TIMEOUTS, never);
    assert(result.kind === "failure");
    assertEquals(result.failure.code, "lmx-connection-refused");
    assertMatch(result.failure.message, /opta daemon restart/);
  },
});
