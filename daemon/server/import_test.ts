/** The import of logs over HTTP: that what was exported comes back, and what does not. */
import { ErrorResponse, type ImportedSession, MAX_IMPORT_BYTES, MAX_IMPORT_EVENTS } from "@opta/protocol";
import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { LogWriter } from "../../protocol/testing/log_writer.ts";
import { type Move, moves, play } from "../../protocol/testing/moves.ts";
import { turnOf } from "../session/testing/harness.ts";
import { startTestServer, type TestServer } from "./testing/test_server.ts";

const known = moves.filter((move) => move !== "unknown");

function send(server: TestServer, sessionId: string, body: BodyInit, query = "", type = "application/jsonl") {
  return server.fetch(`/v3/sessions/import?sessionId=${sessionId}${query}`, {
    method: "POST",
    headers: { "content-type": type },
    body,
  });
}

async function bring(server: TestServer, sessionId: string, text: string, query = ""): Promise<ImportedSession> {
  const response = await send(server, sessionId, text, query);
  const answer = await response.json();
  assertEquals(response.status, 200, JSON.stringify(answer));
  return answer;
}

async function exported(server: TestServer, sessionId: string): Promise<string> {
  return await (await server.fetch(`/v3/sessions/${sessionId}/export?format=jsonl`)).text();
}

/** The events of a log without whom they belong to. */
function factsOf(text: string): unknown[] {
  return text.trimEnd().split("\n").map((line) => {
    const { sessionId: _, epoch: __, daemonId: ___, payload, ...rest } = JSON.parse(line);
    if (payload.process) payload.process = { ...payload.process, sessionId: "" };
    return { ...rest, payload };
  });
}

/** A log of likely events, which begins as all do. */
function logOf(drawn: readonly Move[]): LogWriter {
  const log = new LogWriter("from-elsewhere", "e9");
  log.append({ event: "session.updated", payload: { title: "Drawn", createdAt: "2026-01-01T00:00:00.000Z" } });
  for (const move of drawn) play(log, move);
  return log;
}

const textOf = (log: LogWriter) => log.lines.map((line) => `${line}\n`).join("");

Deno.test("an exported log that is imported and exported again is the same apart from ids and epoch, and what ends it [E6]", async () => {
  await using server = startTestServer();
  let n = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...known), { maxLength: 60 }), async (drawn) => {
      const text = textOf(logOf(drawn));
      const [first, second] = [`one-${++n}`, `two-${n}`];
      assertEquals((await bring(server, first, text)).outcome, "imported");
      const back = await exported(server, first);
      const facts = factsOf(text);
      assertEquals(factsOf(back).slice(0, facts.length), facts);
      const { state } = await server.sessions.get(first);
      assertEquals([state.active, state.queue], [null, []]);
      assert(Object.values(state.permissions).every(({ resolved }) => resolved));

      // What has come to its end comes back as it was, to the last event.
      assertEquals((await bring(server, second, back)).endedTurns, 0);
      assertEquals(factsOf(await exported(server, second)), factsOf(back));
    }),
    { numRuns: 60 },
  );
});

Deno.test("an imported session goes on like any other: the model gets its history, and lists and search have it", async () => {
  await using server = startTestServer();
  const log = logOf(["submit", "start", "text", "tool", "tool", "text", "done"]);
  await bring(server, "s1", textOf(log));
  const row = (await (await server.fetch("/v3/sessions?text=question")).json()).sessions[0];
  assertEquals([row.sessionId, row.title, row.updatedAt], ["s1", "Drawn", log.state.updatedAt]);
  assertEquals(row.headSeq, log.headSeq);
  const session = await server.sessions.get("s1");
  await session.submit(turnOf("next"));
  const answer = await server.models.next();
  const roles = answer.request.messages.map(({ role }) => role);
  assertEquals(roles, ["user", "assistant", "tool", "assistant", "user"]);
  answer.finish();
});

Deno.test("what imported turns used is not counted here", async () => {
  await using server = startTestServer();
  await bring(server, "s1", textOf(logOf(["submit", "start", "text", "done"])));
  assertEquals((await Array.fromAsync(server.store.usage({}))).flat(), []);
});

Deno.test("an import under an id that is taken does nothing, whether the session is there or was deleted", async () => {
  await using server = startTestServer();
  const text = textOf(logOf(["submit"]));
  const both = await Promise.all([bring(server, "s1", text), bring(server, "s1", text)]);
  assertEquals(both.map(({ outcome }) => outcome).toSorted(), ["exists", "imported"]);
  const before = await exported(server, "s1");
  assertEquals((await bring(server, "s1", text.repeat(2))).outcome, "exists");
  assertEquals(await exported(server, "s1"), before);
  await server.sessions.remove("s1");
  assertEquals((await bring(server, "s1", text)).outcome, "deleted");
  await server.sessions.restore("s1");
  assertEquals(await exported(server, "s1"), before);
});

Deno.test("a dry run tells what would be, faults included, and stores nothing", async () => {
  await using server = startTestServer();
  const text = textOf(logOf(["submit", "start", "text", "done"]));
  const told = await bring(server, "s1", text, "&dryRun=1");
  assertEquals([told.outcome, told.turns, told.title], ["imported", 1, "Drawn"]);
  assertEquals(await server.store.count(), 0);
  const broken = await send(server, "s1", `${text}{`, "&dryRun=1");
  assertMatch(ErrorResponse.parse(await broken.json()).error.message, /^Line 6: it is not valid JSON/);
});

Deno.test("a log that cannot be taken leaves nothing behind, wherever the fault is", async () => {
  await using server = startTestServer();
  const text = textOf(logOf([]));
  const title = (seq: number, more = {}) =>
    JSON.stringify({ ...JSON.parse(text), seq, payload: { title: "x".repeat(400) }, ...more }) + "\n";
  const many = Array.from({ length: 20_000 }, (_, i) => title(i + 2)).join("");
  const cases: [RegExp, BodyInit, string?][] = [
    [/^There is no event in it/, ""],
    [/application\/jsonl/, text, "application/json"],
    [/not valid UTF-8/, new Uint8Array([0x7b, 0xff, 0x0a])],
    [/^Line 2: event 2 is missing/, text + title(3) + many],
    [/^Line 20002: event 20002 is missing/, text + many + title(1)],
  ];
  for (const [message, body, type] of cases) {
    const response = await send(server, "s1", body, "", type);
    const { error } = ErrorResponse.parse(await response.json());
    assertEquals([response.status, error.code], [400, "invalid_request"]);
    assertMatch(error.message, message);
    assertEquals([await server.store.count(), await server.store.head("s1")], [0, null]);
  }
  const tooLarge = await send(server, "s1", new Blob(Array(65).fill(" ".repeat(MAX_IMPORT_BYTES / 64))));
  assertEquals([tooLarge.status, (await tooLarge.json()).error.code], [413, "payload_too_large"]);
  assert(MAX_IMPORT_EVENTS > 20_002);
});
