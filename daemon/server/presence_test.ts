import { Presence } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { startTestServer, type TestServer, TOKEN } from "./testing/test_server.ts";
import { TestSocket } from "./testing/test_socket.ts";

/** Takes lists of who is attached until one is as wanted. */
async function untilPresent(next: () => Promise<unknown>, wanted: string[]): Promise<void> {
  for (;;) {
    const { clients } = Presence.parse(await next());
    const found = clients.map(({ clientId, writerId, kind }) => `${clientId} ${writerId} ${kind}`);
    if (JSON.stringify(found) === JSON.stringify(wanted)) return;
  }
}

function connect(server: TestServer, query = ""): TestSocket {
  return new TestSocket(`${server.baseUrl}/v3/ws${query}`, { authorization: `Bearer ${TOKEN}` });
}

async function openStream(server: TestServer, query: string) {
  const response = await server.fetch(`/v3/sse/events?${query}`);
  const text = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream());
  const reader = text.pipeThrough(new EventSourceParserStream()).getReader();
  const presence = async (): Promise<unknown> => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("The stream ended.");
      if (value.event === "opta.control" && value.data.startsWith('{"type":"presence"')) return JSON.parse(value.data);
    }
  };
  return { presence, [Symbol.asyncDispose]: () => reader.cancel() };
}

const alice = "c-alice alice terminal";
const bob = "c-bob bob web";

Deno.test("who follows a session is told to all that do, over both doors, and unsubscribe and close take it back", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  await using socket = connect(server);
  await socket.opened;
  socket.send({ type: "hello", sessionId, clientId: "c-alice", writerId: "alice", kind: "terminal" });
  await untilPresent(() => socket.presence(), [alice]);
  {
    await using stream = await openStream(server, `sessionId=${sessionId}&clientId=c-bob&writerId=bob&kind=web`);
    await untilPresent(stream.presence, [alice, bob]);
    await untilPresent(() => socket.presence(), [alice, bob]);
    socket.send({ type: "unsubscribe", sessionId, requestId: "off" });
    await socket.answer("off");
    await untilPresent(stream.presence, [bob]);
    socket.send({ type: "hello", sessionId, clientId: "c-alice" });
    await untilPresent(stream.presence, [bob, "c-alice null unknown"]);
    await untilPresent(() => socket.presence(), [bob, "c-alice null unknown"]);
  }
  await untilPresent(() => socket.presence(), ["c-alice null unknown"]);
});

Deno.test("the list comes after replay.complete, one entry a client over two connections; the query of a WebSocket names it, too", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  const query = `sessionId=${sessionId}&clientId=c-bob&writerId=bob&kind=web`;
  const response = await server.fetch(`/v3/sse/events?${query}`);
  const text = (response.body ?? new ReadableStream()).pipeThrough(new TextDecoderStream());
  const frames = text.pipeThrough(new EventSourceParserStream()).getReader();
  const types: unknown[] = [];
  while (types.at(-1) !== "presence") types.push(JSON.parse((await frames.read()).value?.data ?? "{}").type ?? "event");
  assertEquals(types, ["event", "replay.complete", "presence"]);
  await using socket = connect(server, `?${query}`);
  await untilPresent(() => socket.presence(), [bob]);
  await using other = connect(server, `?sessionId=${sessionId}&clientId=c-alice&writerId=alice&kind=terminal`);
  await untilPresent(() => other.presence(), [bob, alice]);
  await frames.cancel();
  await using third = connect(server, `?sessionId=${sessionId}&clientId=c3&kind=editor`);
  await untilPresent(() => third.presence(), [bob, alice, "c3 null editor"]); // bob's socket is still there
});

Deno.test("a kind or writer that is no such thing is refused", async () => {
  await using server = startTestServer();
  const sessionId = await server.session();
  for (const query of ["kind=Web%1b", `kind=${"a".repeat(33)}`, `writerId=${"w".repeat(201)}`]) {
    const response = await server.fetch(`/v3/sse/events?sessionId=${sessionId}&clientId=c&${query}`);
    assertEquals(response.status, 400, query);
    await response.body?.cancel();
  }
});
