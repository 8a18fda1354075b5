import { DaemonStatus } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { StorageError } from "../store/store.ts";
import { startTestServer, type TestServer, TOKEN } from "./testing/test_server.ts";
import { TestSocket } from "./testing/test_socket.ts";

async function statusOf(server: TestServer, query = ""): Promise<DaemonStatus> {
  return DaemonStatus.parse(await (await server.fetch(`/v3/status${query}`)).json());
}

Deno.test("status counts clients by their door and by their kind, a client once", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  assertEquals((await statusOf(server)).clients, { ws: 0, sse: 0, kinds: {}, unnamed: 0 });
  const follow = `sessionId=${sessionId}&clientId=c-alice&kind=terminal`;
  await using first = new TestSocket(`${server.baseUrl}/v3/ws?${follow}`, { authorization: `Bearer ${TOKEN}` });
  await using idle = new TestSocket(`${server.baseUrl}/v3/ws`, { authorization: `Bearer ${TOKEN}` });
  await Promise.all([first.presence(), idle.opened]);
  const stream = await server.fetch(`/v3/sse/events?${follow}`);
  const unnamed = await server.fetch(`/v3/sse/events?sessionId=${sessionId}`);
  await server.untilRuntime(({ connectionCount, subscriberCount }) => connectionCount === 4 && subscriberCount === 3);
  const follows = async () => (await statusOf(server)).clients;
  while ((await follows())?.unnamed === 0);
  assertEquals(await follows(), { ws: 2, sse: 2, kinds: { terminal: 1 }, unnamed: 1 });
  await Promise.all([stream.body?.cancel(), unnamed.body?.cancel()]);
});

Deno.test("status looks for sizes and the sandbox only when it is asked to", async () => {
  await using server = startTestServer();
  const { sizes, sandbox } = await statusOf(server);
  assertEquals([sizes, sandbox], [null, null]);
  const deep = await statusOf(server, "?sizes=1&sandbox=1");
  assertEquals(deep.sizes, { logBytes: 1, checkpoints: { bytes: 2, files: 3, isWhole: true } });
  assertEquals(deep.sandbox, { kind: "none", problem: null });
});

Deno.test("status says what is wrong with the daemon, until it is right again", async () => {
  await using server = startTestServer();
  assertEquals((await statusOf(server)).health, { status: "ok", reasons: [] });
  server.counters.storeFailure = new StorageError("the disk is full", "full").message;
  const ill = (await statusOf(server)).health;
  assertEquals(ill?.status, "degraded");
  assertStringIncludes(ill?.reasons.join() ?? "", "the disk is full");
  await server.session();
  assertEquals((await statusOf(server)).health?.status, "ok");
});

Deno.test("the status of an older daemon is read as one that does not say", () => {
  const old = {
    daemonId: "d",
    version: "0",
    pid: 1,
    startedAt: "",
    permissions: {},
    model: { provider: "", model: "", transport: "", reason: "" },
    storage: { path: "", bytes: 0, schemaVersion: 1 },
  };
  const { health, clients, sizes, sandbox } = DaemonStatus.parse(old);
  assertEquals([health, clients, sizes, sandbox], [null, null, null, null]);
});
