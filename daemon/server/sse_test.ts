import { ErrorResponse } from "@opta/protocol";
import { assert, assertEquals, assertLess } from "@std/assert";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { turnOf } from "../session/testing/harness.ts";
import { SSE_CHUNK_LENGTH } from "./limits.ts";
import { startTestServer, type TestServer, TOKEN } from "./testing/test_server.ts";

interface SseFrame {
  id?: string;
  event?: string;
  data: string;
}

/** An open stream, read frame by frame as a browser would. */
class TestStream implements AsyncDisposable {
  readonly response: Response;
  readonly #frames: ReadableStreamDefaultReader<SseFrame>;

  constructor(response: Response) {
    this.response = response;
    const text = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream());
    this.#frames = text.pipeThrough(new EventSourceParserStream()).getReader();
  }

  /** `null` at the end of the stream. */
  async next(): Promise<SseFrame | null> {
    const { done, value } = await this.#frames.read();
    return done ? null : value;
  }

  async until(wanted: (frame: SseFrame) => boolean): Promise<SseFrame[]> {
    const frames: SseFrame[] = [];
    for (let frame = await this.next(); frame; frame = await this.next()) {
      frames.push(frame);
      if (wanted(frame)) return frames;
    }
    throw new Error("The stream ended before that frame.");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#frames.cancel();
  }
}

async function open(server: TestServer, query: string, headers: HeadersInit = {}): Promise<TestStream> {
  return new TestStream(await server.fetch(`/v3/sse/events?${query}`, { headers }));
}

const isComplete = ({ event, data }: SseFrame) => event === "opta.control" && data.includes("replay.complete");

Deno.test("a stream has the stored lines with their cursor as id, control frames have none [R7, E6]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "Lines é" });
  const { epoch = "" } = await server.store.head(sessionId) ?? {};
  const [stored] = await server.store.read(sessionId, 0, { maxEvents: 1, maxBytes: 1 });
  await using stream = await open(server, `sessionId=${sessionId}&afterSeq=0`);
  assertEquals(stream.response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assertEquals(stream.response.headers.get("cache-control"), "no-store");
  const event = await stream.next();
  assertEquals([event?.id, event?.event, event?.data], [`${epoch}:1`, "session.updated", stored?.line]);
  const control = await stream.next();
  assertEquals([control?.id, control?.event], [undefined, "opta.control"]);
  assertEquals(JSON.parse(control?.data ?? ""), { type: "replay.complete", sessionId, epoch, headSeq: 1 });
});

Deno.test("a stream goes on live, and Last-Event-ID wins over the query [R1, R7]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const { epoch } = await server.store.head(sessionId) ?? {};
  const headers = { "last-event-id": `${epoch}:1` };
  await using stream = await open(server, `sessionId=${sessionId}&afterSeq=0&snapshot=1`, headers);
  assert(isComplete(await stream.next() ?? { data: "" }));
  const session = await server.sessions.get(sessionId);
  await session.submit(turnOf("hello"));
  const answer = await server.models.next();
  answer.text("Good day.");
  answer.finish();
  const frames = await stream.until(({ event }) => event === "turn.done");
  assertEquals(frames.map(({ id }) => id), frames.map((_, i) => `${epoch}:${i + 2}`));
});

Deno.test("snapshot=1 begins with one snapshot [R2]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session({ title: "Now" });
  await using stream = await open(server, `sessionId=${sessionId}&snapshot=1`);
  const frames = await stream.until(isComplete);
  assertEquals(frames.map(({ event }) => event), ["session.snapshot", "opta.control"]);
  assertEquals(JSON.parse(frames[0]?.data ?? "").payload.state.title, "Now");
});

Deno.test("a cursor that cannot be served is 410, before anything is sent [R3]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const { epoch } = await server.store.head(sessionId) ?? {};
  const refusal = async (query: string, headers: HeadersInit = {}) => {
    const response = await server.fetch(`/v3/sse/events?sessionId=${sessionId}${query}`, { headers });
    const { error } = ErrorResponse.parse(await response.json());
    return [response.status, error.code, error.details ?? {}];
  };
  const details = { epoch, earliestSeq: 1, headSeq: 1 };
  assertEquals(await refusal("&afterSeq=9"), [410, "resync_required", { reason: "ahead_of_head", ...details }]);
  assertEquals(await refusal("&epoch=old"), [410, "resync_required", { reason: "epoch_changed", ...details }]);
  const lost = { "last-event-id": "old:1" };
  assertEquals(await refusal("&snapshot=1", lost), [410, "resync_required", { reason: "epoch_changed", ...details }]);
  assertEquals(await refusal("", { "last-event-id": "nonsense" }), [400, "invalid_request", {}]);
});

Deno.test("the deletion of a session ends its stream", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  await using stream = await open(server, `sessionId=${sessionId}`);
  await stream.until(isComplete);
  await server.sessions.remove(sessionId);
  assertEquals(await stream.next(), null);
  await server.untilRuntime(({ connectionCount, subscriberCount }) => connectionCount + subscriberCount === 0);
});

Deno.test("leaving frees what was held for the stream, also while nothing happens [R6]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const stream = await open(server, `sessionId=${sessionId}`);
  await stream.until(isComplete);
  assertEquals((await server.runtime()).subscriberCount, 1);
  await stream[Symbol.asyncDispose]();
  await server.untilRuntime(({ connectionCount, subscriberCount }) => connectionCount + subscriberCount === 0);
});

Deno.test("a reader that takes nothing pauses the stream by itself [R5]", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const session = await server.sessions.get(sessionId);
  const tags = Array.from({ length: 50 }, () => "y".repeat(2_000));
  const eventCount = 400;
  for (let i = 0; i < eventCount; i++) await session.update({ tags });
  let read = 0;
  const { read: readStore } = server.store;
  server.store.read = async (...args) => {
    const page = await readStore.apply(server.store, args);
    read += page.length;
    return page;
  };
  const response = await server.fetch(`/v3/sse/events?sessionId=${sessionId}`);
  let before = -1;
  while (before !== read) { // until reading stands still for as long as some round trips take
    before = read;
    for (let i = 0; i < 50; i++) await server.runtime();
  }
  assertLess(read, eventCount);
  await using stream = new TestStream(response);
  const frames = await stream.until(isComplete);
  assertEquals(frames.length, eventCount + 2);
});

Deno.test("a stream that nobody reads is given up, and what it held is freed [R5, R6]", async () => {
  await using server = startTestServer({ stallLimitMs: 200 });
  const watchers = countWatchers(server);
  const sessionId = await server.session({ messages: [{ role: "user", content: "x".repeat(12 * 1024 * 1024) }] });
  const connection = await stalledReader(server, sessionId);
  await server.untilRuntime(() => server.counters.slowConsumers === 1 && watchers.count === 0);
  assertEquals((await server.runtime()).subscriberCount, 0);
  connection.close();
  await server.untilRuntime(({ connectionCount }) => connectionCount === 0);
});

Deno.test("leaving in the middle of a line frees what was held for the stream [R6]", async () => {
  await using server = startTestServer();
  const watchers = countWatchers(server);
  const sessionId = await server.session({ messages: [{ role: "user", content: "x".repeat(12 * 1024 * 1024) }] });
  const connection = await stalledReader(server, sessionId);
  await server.untilRuntime(() => watchers.count === 1);
  connection.close();
  await server.untilRuntime(({ connectionCount, subscriberCount }) =>
    connectionCount + subscriberCount === 0 && watchers.count === 0
  );
});

Deno.test("a line longer than a piece arrives whole, pairs of surrogates included [E6]", async () => {
  await using server = startTestServer();
  const content = "a" + "😀".repeat(SSE_CHUNK_LENGTH);
  const sessionId = await server.session({ messages: [{ role: "user", content }] });
  const [stored] = await server.store.read(sessionId, 0, { maxEvents: 1, maxBytes: 1 });
  await using stream = await open(server, `sessionId=${sessionId}&afterSeq=0`);
  assert((await stream.next())?.data === stored?.line); // no diff of such a length
  assert(isComplete(await stream.next() ?? { data: "" }));
});

Deno.test("stopping ends every stream", async () => {
  const server = startTestServer();
  const sessionId = await server.session();
  const stream = await open(server, `sessionId=${sessionId}`);
  await stream.until(isComplete);
  await server[Symbol.asyncDispose]();
  assertEquals(await stream.next(), null);
});

/** How many subscribers wait for commits. */
function countWatchers({ store }: TestServer): { count: number } {
  const watchers = { count: 0 };
  const { watch } = store;
  store.watch = (...args) => {
    watchers.count++;
    const unwatch = watch.apply(store, args);
    return () => {
      watchers.count--;
      unwatch();
    };
  };
  return watchers;
}

/** A client that has asked for a stream, has got its beginning, and reads no further. */
async function stalledReader({ server }: TestServer, sessionId: string): Promise<Deno.Conn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  const head = [
    `GET /v3/sse/events?sessionId=${sessionId}&afterSeq=0 HTTP/1.1`,
    `host: 127.0.0.1:${server.port}`,
    `authorization: Bearer ${TOKEN}`,
  ];
  await connection.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
  await connection.read(new Uint8Array(10));
  return connection;
}
