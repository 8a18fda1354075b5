import { assert, assertEquals, assertRejects } from "@std/assert";
import { Api } from "./api.ts";
import { DaemonUnreachableError } from "./errors.ts";
import { BreakingServer } from "./testing/breaking_server.ts";

const summary = {
  sessionId: "s1",
  model: null,
  title: "",
  tags: [],
  createdAt: "",
  updatedAt: "",
  activeTurnId: null,
  queuedTurns: 0,
  toolCallCount: 0,
  writerCount: 0,
  headSeq: 1,
};

/** An Api whose first connection is kept and will break at its next request. */
async function onKeptConnection(server: BreakingServer): Promise<Api> {
  const api = new Api(() => Promise.resolve({ baseUrl: server.baseUrl, token: "t" }));
  await api.call("updateSession", { params: { sessionId: "s1" }, body: { title: "first" } });
  return api;
}

const posts = ({ requests }: BreakingServer) => requests.filter(({ line }) => line.startsWith("POST"));

Deno.test("a POST that must not be repeated is sent once, also when a kept connection breaks before the answer", async () => {
  await using server = new BreakingServer(summary);
  const api = await onKeptConnection(server);
  await assertRejects(() => api.call("cancelTurns", { params: { sessionId: "s1" }, body: {} }), DaemonUnreachableError);
  assertEquals(posts(server).map(({ line }) => line), ["POST /v3/sessions/s1/cancel"]);
});

Deno.test("a session is created under one id, however often the request is sent", async () => {
  await using server = new BreakingServer(summary);
  const api = await onKeptConnection(server);
  await api.call("createSession", { body: { title: "Mine" } });
  const sent = posts(server).map(({ body }) => JSON.parse(body));
  assertEquals(sent.length, 2, "the platform has sent it again");
  assert(/^sess_[0-9a-f-]{36}$/.test(sent[0].sessionId));
  assertEquals(sent[1], sent[0]);
  await using other = new BreakingServer(summary);
  await (await onKeptConnection(other)).call("createSession", { body: { sessionId: "given", title: undefined } });
  assertEquals(posts(other).map(({ body }) => JSON.parse(body)), [{ sessionId: "given" }, { sessionId: "given" }]);
});
