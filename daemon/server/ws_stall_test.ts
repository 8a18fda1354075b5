import { SLOW_CONSUMER_CODE } from "@opta/protocol";
import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { turnOf } from "../session/testing/harness.ts";
import { MAX_LARGE_LINES, PAUSE_ABOVE_BYTES } from "./limits.ts";
import { startTestServer, type TestServer, TOKEN } from "./testing/test_server.ts";
import { TestSocket } from "./testing/test_socket.ts";

const authorization = `Bearer ${TOKEN}`;

const hello = { type: "hello", clientId: "c" };

Deno.test("a reader that takes nothing is closed with 4008, and little is held for it [R5]", async () => {
  await using server = startTestServer({ stallLimitMs: 200 });
  const { sessionId, size } = await largeSession(server);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.server.port });
  try {
    await connection.write(upgradeRequest(server, `/v3/ws?sessionId=${sessionId}`));
    await server.untilRuntime(() => server.counters.slowConsumers === 1);
    assertEquals((await server.runtime()).subscriberCount, 0);

    const reason = new TextEncoder().encode("slow_consumer");
    const close = [0x88, 2 + reason.length, SLOW_CONSUMER_CODE >> 8, SLOW_CONSUMER_CODE & 0xff, ...reason];
    const byteCount = await readUntil(connection, new Uint8Array(close));
    assertGreater(byteCount, PAUSE_ABOVE_BYTES);
    assertLess(byteCount, size);
  } finally {
    connection.close();
  }
  await server.untilRuntime(({ connectionCount }) => connectionCount === 0);
});

Deno.test("a reader that stood still gets everything once it reads on [R5]", async () => {
  await using server = startTestServer();
  const { sessionId, size } = await largeSession(server);
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.server.port });
  try {
    await connection.write(upgradeRequest(server, `/v3/ws?sessionId=${sessionId}`));
    await server.untilRuntime(({ subscriberCount }) => subscriberCount === 1);
    const { epoch, seq } = await server.store.head(sessionId) ?? {};
    const complete = JSON.stringify({ type: "replay.complete", sessionId, epoch, headSeq: seq });
    const byteCount = await readUntil(connection, new TextEncoder().encode(complete));
    assertGreater(byteCount, size);
    assertEquals(server.counters.slowConsumers, 0);
  } finally {
    connection.close();
  }
  await server.untilRuntime(({ connectionCount }) => connectionCount === 0);
});

Deno.test("nothing of the old subscription comes after the ack of a new one, also when there was no room [R8]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const large = await largeSession(server);
  const connection = await stalledSocket(server, sessionId, { ...hello, sessionId: large.sessionId });
  try {
    await connection.write(clientFrame({ ...hello, sessionId, afterSeq: 1, requestId: "new" }));
    await connection.write(clientFrame({ type: "turn.submit", ...turnOf("next"), sessionId: large.sessionId }));
    await server.models.next(); // so the hello waits for room
    await (await server.sessions.get(sessionId)).update({ title: "once" }); // and now the old subscription as well
    await server.runtime();
    const text = await readText(connection, `"type":"replay.complete","sessionId":"${sessionId}"`, 2);
    const [, after = ""] = text.split('"requestId":"new"');
    assertEquals(after.split('"title":"once"').length - 1, 1);
  } finally {
    connection.close();
  }
});

Deno.test("a hello that waits for room does not hold back a cancel after it [C1]", async () => {
  await using server = startTestServer();
  const { sessionId } = await largeSession(server);
  await (await server.sessions.get(sessionId)).submit(turnOf("stop me"));
  const { signal } = await server.models.next();
  const connection = await stalledSocket(server, sessionId);
  try {
    await connection.write(clientFrame({ ...hello, sessionId, requestId: "waits" }));
    await connection.write(clientFrame({ type: "turn.cancel", sessionId, requestId: "now" }));
    await server.until(sessionId, ({ event }) => event === "session.cancelled");
    assertEquals([signal.aborted, server.counters.slowConsumers], [true, 0]);
  } finally {
    connection.close();
  }
});

Deno.test("only a few large lines are held at a time, and who waits for a place is answered [R5]", async () => {
  await using server = startTestServer();
  const content = "x".repeat(12 * 1024 * 1024); // more than any buffer here may hold
  const sessionId = await server.session({ messages: [{ role: "user", content }] });
  const stalled: Deno.Conn[] = [];
  try {
    for (let i = 0; i < MAX_LARGE_LINES; i++) {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.server.port });
      stalled.push(connection);
      await connection.write(upgradeRequest(server, `/v3/ws?sessionId=${sessionId}&snapshot=1`));
      await readBytes(connection, 64 * 1024); // its snapshot is on its way
    }
    await using socket = new TestSocket(`${server.baseUrl}/v3/ws?sessionId=${sessionId}&snapshot=1`, { authorization });
    await socket.opened;
    for (let i = 0; i < 20; i++) {
      socket.send({ type: "turn.cancel", sessionId, requestId: `${i}` });
      assertEquals((await socket.frame()).requestId, `${i}`);
    }
    stalled.pop()?.close();
    assertEquals((await socket.frame()).event, "session.snapshot");
  } finally {
    for (const connection of stalled) connection.close();
  }
  await server.untilRuntime(({ connectionCount }) => connectionCount === 0);
});

/** A session whose log is far larger than the buffers of the kernel and the limit together. */
async function largeSession(server: TestServer): Promise<{ sessionId: string; size: number }> {
  const sessionId = await server.session();
  const session = await server.sessions.get(sessionId);
  const [eventCount, tagCount, tagLength] = [300, 50, 2_000];
  const tags = Array.from({ length: tagCount }, () => "y".repeat(tagLength));
  for (let i = 0; i < eventCount; i++) await session.update({ tags });
  return { sessionId, size: eventCount * tagCount * tagLength };
}

function upgradeRequest(server: TestServer, path: string): Uint8Array {
  const lines = [
    `GET ${path} HTTP/1.1`,
    `host: 127.0.0.1:${server.server.port}`,
    `authorization: ${authorization}`,
    "connection: upgrade",
    "upgrade: websocket",
    "sec-websocket-version: 13",
    "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
  ];
  return new TextEncoder().encode(`${lines.join("\r\n")}\r\n\r\n`);
}

/** A socket that follows a session and has not read for so long that the server waits for room. */
async function stalledSocket(server: TestServer, sessionId: string, ...messages: unknown[]): Promise<Deno.Conn> {
  let pageCount = 0;
  const { read } = server.store;
  server.store.read = (...args) => {
    pageCount++;
    return read.apply(server.store, args);
  };
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.server.port });
  await connection.write(upgradeRequest(server, `/v3/ws?sessionId=${sessionId}`));
  for (const message of messages) await connection.write(clientFrame(message));
  await server.untilRuntime(() => pageCount > 3); // those of the large session
  for (let before = -1; before !== pageCount;) { // until reading stands still for as long as some round trips take
    before = pageCount;
    for (let i = 0; i < 50; i++) await server.runtime();
  }
  return connection;
}

/** A text frame as a client sends it, masked with zeros. */
function clientFrame(message: unknown): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(message));
  return new Uint8Array([0x81, 0x80 | 126, text.length >> 8, text.length & 0xff, 0, 0, 0, 0, ...text]);
}

/** Reads until what came holds this so many times; returns all of it. */
async function readText(connection: Deno.Conn, wanted: string, times: number): Promise<string> {
  const decoder = new TextDecoder();
  const buffer = new Uint8Array(1024 * 1024);
  let text = "";
  for (let found = 0, from = 0; found < times;) {
    const count = await connection.read(buffer);
    if (count === null) throw new Error(`The connection ended before ${wanted}.`);
    text += decoder.decode(buffer.subarray(0, count), { stream: true });
    for (let at = text.indexOf(wanted, from); at !== -1; at = text.indexOf(wanted, from)) {
      found++;
      from = at + wanted.length;
    }
    from = Math.max(from, text.length - wanted.length + 1);
  }
  return text;
}

async function readBytes(connection: Deno.Conn, count: number): Promise<void> {
  const buffer = new Uint8Array(count);
  for (let read = 0; read < count; read += await connection.read(buffer) ?? count);
}

/** Reads until what came ends in `ending`; returns how many bytes it was. */
async function readUntil(connection: Deno.Conn, ending: Uint8Array): Promise<number> {
  const buffer = new Uint8Array(1024 * 1024);
  let byteCount = 0;
  let tail: number[] = [];
  for (let count = await connection.read(buffer); count !== null; count = await connection.read(buffer)) {
    byteCount += count;
    tail = [...tail, ...buffer.subarray(Math.max(0, count - ending.length), count)].slice(-ending.length);
    if (tail.every((byte, i) => byte === ending[i])) return byteCount;
  }
  throw new Error(`The connection ended after ${byteCount} bytes without a close frame.`);
}
