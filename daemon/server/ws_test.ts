import { Ack, ErrorFrame, ErrorResponse, MAX_FRAME_BYTES } from "@opta/protocol";
import { assert, assertEquals } from "@std/assert";
import { rawRequest } from "../../tests/support/raw_http.ts";
import { turnOf } from "../session/testing/harness.ts";
import { MAX_ACTS_UNDER_WAY, MAX_BAD_FRAMES, MAX_SUBSCRIPTIONS_PER_CONNECTION } from "./limits.ts";
import { startTestServer, type TestServer, TOKEN } from "./testing/test_server.ts";
import { type Frame, TestSocket } from "./testing/test_socket.ts";

const authorization = `Bearer ${TOKEN}`;

function connect(server: TestServer, query = "", headers: Record<string, string> = {}): TestSocket {
  return new TestSocket(`${server.baseUrl}/v3/ws${query}`, { authorization, ...headers });
}

const isComplete = ({ type }: Frame) => type === "replay.complete";

Deno.test("the query of a WebSocket subscribes at once, and the lines are those of the log [R1, E6]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "Lines" });
  await using socket = connect(server, `?sessionId=${sessionId}&clientId=c&afterSeq=0`);
  const [stored] = await server.store.read(sessionId, 0, { maxEvents: 1, maxBytes: 1 });
  assertEquals(await socket.line(), stored?.line);
  const head = await server.store.head(sessionId);
  assertEquals(await socket.frame(), { type: "replay.complete", sessionId, epoch: head?.epoch, headSeq: 1 });
});

Deno.test("a WebSocket without credentials, with a foreign origin or for no session is not opened", async () => {
  await using server = startTestServer();
  const upgrade = {
    connection: "upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const status = async (path: string, headers: Record<string, string>) =>
    (await rawRequest({ port: server.server.port, path, headers: { ...upgrade, ...headers } })).status;
  assertEquals(await status("/v3/ws", {}), 401);
  assertEquals(await status(`/v3/ws?token=${TOKEN}`, {}), 401);
  assertEquals(await status("/v3/ws", { authorization, origin: "https://evil.example" }), 403);
  assertEquals(await status("/v3/ws", { authorization, host: "evil.example" }), 403);
  assertEquals(await status("/v3/ws?sessionId=none", { authorization }), 404);
  assertEquals(await status("/v3/ws", { authorization }), 101);
});

Deno.test("a handshake that lacks something is refused as the client's fault", async () => {
  await using server = startTestServer();
  const whole = {
    authorization,
    connection: "keep-alive, Upgrade",
    upgrade: "WebSocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  };
  const open = async (headers: Record<string, string>) =>
    await rawRequest({ port: server.server.port, path: "/v3/ws", headers });
  const faults: { [name: string]: string }[] = [
    { upgrade: "h2c" },
    { connection: "close" },
    { "sec-websocket-version": "8" },
    { "sec-websocket-version": "" },
    { "sec-websocket-key": "" },
    { "sec-websocket-key": "short" },
  ];
  for (const fault of faults) {
    const { status, body } = await open({ ...whole, ...fault });
    assertEquals([status, ErrorResponse.parse(JSON.parse(body)).error.code], [400, "invalid_request"], body);
  }
  assertEquals((await open(whole)).status, 101);
  assertEquals(server.logged, []);
});

Deno.test("each client message is answered by exactly one ack or error with its requestId", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  await using socket = connect(server);
  await socket.opened;
  const messages = [
    { type: "hello", clientId: "c", sessionId: "none", requestId: "1" },
    { type: "turn.submit", ...turnOf("first"), sessionId, requestId: "2" },
    { type: "turn.submit", ...turnOf(" "), sessionId, requestId: "3" },
    { type: "turn.cancel", sessionId: "none", requestId: "4" },
    { type: "permission.resolve", sessionId, requestId: "5", decision: "allow", decidedBy: "alice" },
    { type: "unsubscribe", sessionId, requestId: "6" },
    { type: "party", requestId: "7" },
    { type: "turn.cancel", sessionId, requestId: "8" },
  ];
  for (const message of messages) socket.send(message);
  const answers = new Map<unknown, Frame>();
  while (answers.size < messages.length) {
    const frame = await socket.frame();
    assert(!answers.has(frame.requestId), `two answers to ${frame.requestId}`);
    answers.set(frame.requestId, frame);
  }
  const summary = [...answers.entries()].sort().map(([id, frame]) =>
    frame.type === "ack" ? [id, Ack.parse(frame).action] : [id, frame.action, ErrorFrame.parse(frame).error.code]
  );
  assertEquals(summary, [
    ["1", "hello", "not_found"],
    ["2", "turn.submit"],
    ["3", "turn.submit", "invalid_request"],
    ["4", "turn.cancel", "not_found"],
    ["5", "permission.resolve", "not_found"],
    ["6", "unsubscribe"],
    ["7", "party", "invalid_request"],
    ["8", "turn.cancel"],
  ]);
  assertEquals(answers.get("2")?.duplicate, false);
  assertEquals(answers.get("8")?.cancelled, 1);
});

Deno.test("submits of one connection are queued in the order in which they were sent [S1]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  await using socket = connect(server);
  await socket.opened;
  const contents = Array.from({ length: 20 }, (_, i) => `turn ${i}`);
  for (const [i, content] of contents.entries()) {
    socket.send({ type: "turn.submit", ...turnOf(content), sessionId, requestId: `${i}`, clientTurnId: `turn-${i}` });
  }
  for (const i of contents.keys()) await socket.answer(`${i}`);
  const { state } = await server.sessions.get(sessionId);
  const turns = [...(state.active ? [state.active] : []), ...state.queue];
  assertEquals(turns.map(({ content }) => content), contents);
});

Deno.test("hello adds a session to a connection and moves its cursor; unsubscribe drops it [R8]", async () => {
  await using server = startTestServer();
  const [a, b] = [await server.session({ title: "A" }), await server.session({ title: "B" })];
  await using socket = connect(server, `?sessionId=${a}`);
  await socket.until(isComplete);

  socket.send({ type: "hello", clientId: "c", sessionId: b, afterSeq: 1, requestId: "b" });
  const head = await server.store.head(b);
  assertEquals(await socket.frame(), {
    type: "ack",
    action: "hello",
    requestId: "b",
    sessionId: b,
    epoch: head?.epoch,
    headSeq: 1,
  });
  assertEquals((await socket.frame()).sessionId, b); // nothing after 1: complete at once
  assertEquals((await server.runtime()).subscriberCount, 2);

  socket.send({ type: "hello", clientId: "c", sessionId: a, afterSeq: 0, requestId: "again" });
  assertEquals((await socket.frame()).requestId, "again");
  assertEquals((await socket.frame()).seq, 1);
  assert(isComplete(await socket.frame()));

  socket.send({ type: "unsubscribe", sessionId: a, requestId: "off" });
  await socket.answer("off");
  await (await server.sessions.get(a)).update({ title: "unheard" });
  await (await server.sessions.get(b)).update({ title: "heard" });
  const event = await socket.frame();
  assertEquals([event.sessionId, event.payload], [b, { title: "heard" }]);
});

Deno.test("a cursor that cannot be served gets resync.required and a snapshot, never a part [R3]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "New" });
  await using socket = connect(server, `?sessionId=${sessionId}&afterSeq=7&epoch=lost`);
  const frames = await socket.until(isComplete);
  assertEquals(frames.map(({ type, event }) => type ?? event), [
    "resync.required",
    "session.snapshot",
    "replay.complete",
  ]);
  assertEquals(frames[0]?.reason, "epoch_changed");
});

Deno.test("the deletion of a session ends its subscription and says so", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  await using socket = connect(server, `?sessionId=${sessionId}`);
  await socket.until(isComplete);
  await server.sessions.remove(sessionId);
  const frame = ErrorFrame.parse((await socket.until(({ type }) => type === "error")).at(-1));
  assertEquals([frame.error.code, frame.error.details], ["not_found", { sessionId }]);
  assertEquals((await server.runtime()).subscriberCount, 0);
});

Deno.test("leaving does not touch a running turn, and frees what was held for the connection [R6]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const socket = connect(server, `?sessionId=${sessionId}`);
  await socket.until(isComplete);
  socket.send({ type: "turn.submit", ...turnOf("go on without me"), sessionId, requestId: "1" });
  await socket.answer("1");
  const answer = await server.models.next();
  await socket[Symbol.asyncDispose]();
  await server.untilRuntime(({ connectionCount, subscriberCount }) => connectionCount + subscriberCount === 0);
  assertEquals(answer.signal.aborted, false);
  answer.finish();
  await server.until(sessionId, ({ event }) => event === "turn.done");
});

Deno.test("frames that make no sense are answered, and too many of them end the connection", async () => {
  await using server = startTestServer();
  await using socket = connect(server);
  await socket.opened;
  const nonsense = ["", "{", "null", "[]", '"x"', `{"type":1}`, "[".repeat(10_000)];
  for (const text of nonsense) {
    socket.send(text);
    const frame = ErrorFrame.parse(await socket.frame());
    assertEquals([frame.action, frame.requestId, frame.error.code], ["unknown", null, "invalid_request"]);
  }
  for (let i = nonsense.length; i < MAX_BAD_FRAMES; i++) socket.send("{");
  assertEquals((await socket.closed).code, 1008);
});

Deno.test("a frame above the limit closes with 1009, a binary one with 1003 [security 6]", async () => {
  await using server = startTestServer();
  await using big = connect(server);
  await big.opened;
  big.send(JSON.stringify({ type: "hello", padding: "x".repeat(MAX_FRAME_BYTES) }));
  assertEquals((await big.closed).code, 1009);
  await using wide = connect(server);
  await wide.opened;
  wide.send("é".repeat(MAX_FRAME_BYTES / 2 + 1)); // fewer characters than the limit, more bytes
  assertEquals((await wide.closed).code, 1009);
  await using binary = connect(server);
  await binary.opened;
  binary.socket.send(new Uint8Array([1]));
  assertEquals((await binary.closed).code, 1003);
});

Deno.test("one connection follows a bounded number of sessions [security 6]", async () => {
  await using server = startTestServer();
  await using socket = connect(server);
  await socket.opened;
  for (let i = 0; i <= MAX_SUBSCRIPTIONS_PER_CONNECTION; i++) {
    const sessionId = await server.session();
    socket.send({ type: "hello", clientId: "c", sessionId, afterSeq: 1, requestId: `${i}` });
    const { type } = await socket.answer(`${i}`);
    assertEquals(type, i < MAX_SUBSCRIPTIONS_PER_CONNECTION ? "ack" : "error");
  }
});

Deno.test("a client that acts while a large snapshot is on its way is answered and not closed [R2]", async () => {
  await using server = startTestServer();
  const content = "x".repeat(12 * 1024 * 1024); // more than any buffer here may hold
  const sessionId = await server.session({ messages: [{ role: "user", content }] });
  await using socket = connect(server, `?sessionId=${sessionId}&snapshot=1`);
  await socket.opened;
  socket.send({ type: "turn.cancel", sessionId, requestId: "now" });
  assertEquals((await socket.answer("now")).type, "ack");
});

Deno.test("a client that acts and never reads is let go [security 6]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  let begun = 0;
  server.sessions.get = () => {
    begun++;
    return new Promise(() => {}); // acts that take for ever
  };
  await using socket = connect(server);
  await socket.opened;
  for (let i = 0; i <= MAX_ACTS_UNDER_WAY; i++) socket.send({ type: "turn.cancel", sessionId, requestId: `${i}` });
  assertEquals((await socket.closed).code, 1008);
  assertEquals(begun, 1); // one after another
});

Deno.test("stopping closes every socket with 1001 and opens no more", async () => {
  const server = startTestServer();
  const socket = connect(server);
  await socket.opened;
  server.server.beginStop();
  assertEquals((await server.fetch("/v3/ws", { headers: { upgrade: "websocket" } })).status, 503);
  assertEquals((await (await fetch(`${server.baseUrl}/v3/health`)).json()).status, "stopping");
  await server[Symbol.asyncDispose]();
  assertEquals((await socket.closed).code, 1001);
});
