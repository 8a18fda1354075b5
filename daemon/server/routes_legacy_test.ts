import { assert, assertEquals, assertMatch } from "@std/assert";
import { LegacyChatAnswer, LegacyHealth, MAX_CONTENT_LENGTH, VERSION } from "@opta/protocol";
import type { ScriptedAnswer } from "../session/testing/scripted_model.ts";
import { MAX_LEGACY_CHATS } from "./limits.ts";
import { startTestServer, type TestServer } from "./testing/test_server.ts";

/** Asks as scripts do: with curl's own content type. */
async function chat(server: TestServer, body: string, init: RequestInit = {}) {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const response = await server.fetch("/v1/chat", { method: "POST", body, headers, ...init });
  return { status: response.status, body: await response.json() };
}

/** Answers the next request to the model. */
async function answer(server: TestServer, text: string): Promise<string[]> {
  const asked = await server.models.next();
  asked.text(text);
  asked.finish();
  return asked.request.messages.map(({ role, content }) => `${role}: ${content}`);
}

Deno.test("GET /health answers as before, without a token", async () => {
  await using server = startTestServer();
  const response = await fetch(`${server.baseUrl}/health`);
  const health = LegacyHealth.parse(await response.json());
  assertEquals([response.status, health.model, health.version], [200, "scripted-1", VERSION]);
});

/** What earlier releases answered to what is no question. */
const refused: [name: string, body: string, status: number, error: string][] = [
  ["no message", "{}", 400, "Missing required field: message (string)"],
  ["an empty message", '{"message":""}', 400, "Missing required field: message (string)"],
  ["a message that is a number", '{"message":42}', 400, "Missing required field: message (string)"],
  ["a message that is null", '{"message":null}', 400, "Missing required field: message (string)"],
  ["a message that is an object", '{"message":{"text":"hi"}}', 400, "Missing required field: message (string)"],
  ["a list", "[]", 400, "Missing required field: message (string)"],
  ["a text", '"hi"', 400, "Missing required field: message (string)"],
  ["no JSON", "hi", 500, "Invalid JSON body"],
  ["nothing", "", 500, "Invalid JSON body"],
];

for (const [name, body, status, error] of refused) {
  Deno.test(`POST /v1/chat answers ${status} to ${name}, as before`, async () => {
    await using server = startTestServer();
    assertEquals(await chat(server, body), { status, body: { error } });
    assertEquals(server.models.requests, 0);
  });
}

Deno.test("POST /v1/chat runs one turn in mode do and gives its answer; a repeated session_id goes on", async () => {
  await using server = startTestServer();
  const [first] = await Promise.all([chat(server, '{"message":"one"}'), answer(server, "1")]);
  const { session_id, response, model, stats, tool_calls } = LegacyChatAnswer.parse(first.body);
  assertEquals([first.status, response, model, stats.toolCalls, tool_calls], [200, "1", "scripted-1", 0, 0]);
  const [turn] = (await server.sessions.snapshot(session_id)).turns;
  assertEquals([turn?.mode, turn?.overrides], ["do", { unattended: true }]);

  const again = JSON.stringify({ message: "two", session_id });
  const [second, asked] = await Promise.all([chat(server, again), answer(server, "2")]);
  assertEquals([second.body.session_id, second.body.response], [session_id, "2"]);
  assertEquals(asked, ["user: one", "assistant: 1", "user: two"]);
});

for (const named of ["none-such", 42, null, ""]) {
  Deno.test(`POST /v1/chat begins a new session for the session_id ${JSON.stringify(named)}`, async () => {
    await using server = startTestServer();
    const body = JSON.stringify({ message: "hi", session_id: named });
    const [{ status, body: answered }] = await Promise.all([chat(server, body), answer(server, "hello")]);
    assertEquals([status, answered.response], [200, "hello"]);
    assertMatch(answered.session_id, /^sess_/);
  });
}

Deno.test("POST /v1/chat answers 500 with what the model server said", async () => {
  await using server = startTestServer();
  const asked = chat(server, '{"message":"hi"}');
  const message = "The model server at 10.0.0.2:1234 closed the connection.";
  (await server.models.next()).say({ type: "error", failure: { code: "lmx-ws-closed", message, retryable: false } });
  assertEquals(await asked, { status: 500, body: { error: message } });
});

Deno.test("POST /v1/chat answers two calls at once on one session, one after the other [S1]", async () => {
  await using server = startTestServer();
  const session_id = await server.session();
  const both = ["one", "two"].map((message) => chat(server, JSON.stringify({ message, session_id })));
  await answer(server, "first");
  await answer(server, "second");
  const answers = (await Promise.all(both)).map(({ status, body }) => [status, body.session_id, body.response]);
  assertEquals(answers.sort(), [[200, session_id, "first"], [200, session_id, "second"]]);
});

Deno.test("POST /v1/chat wants the token, unless the door was opened; a page gets in by neither", async () => {
  const without = { headers: {} };
  await using closed = startTestServer();
  const ask = (server: TestServer, headers: Record<string, string>) =>
    fetch(`${server.baseUrl}/v1/chat`, { method: "POST", body: '{"message":"hi"}', headers });
  const refused = await ask(closed, without.headers);
  assertEquals(refused.status, 401);
  assertMatch((await refused.json()).error, /Credentials/);

  await using open = startTestServer({ legacy: { isOpen: true, cwd: null } });
  const foreign = await ask(open, { origin: "https://evil.example" });
  assertEquals([foreign.status, typeof (await foreign.json()).error], [403, "string"]);
  const [response] = await Promise.all([ask(open, {}), answer(open, "hello")]);
  assertEquals((await response.json()).response, "hello");
  const other = await fetch(`${open.baseUrl}/v3/sessions`);
  await other.body?.cancel();
  assertEquals(other.status, 401, "the other doors stay shut");
});

/** What a browser says of itself, whatever a page wants it to say. */
const pages: [name: string, headers: Record<string, string>][] = [
  ["a form of a foreign page", { origin: "https://evil.example", "content-type": "text/plain" }],
  ["a form that hides where it is from", { origin: "null", "content-type": "text/plain" }],
  ["a form whose browser leaves the origin away", { "sec-fetch-site": "cross-site", "content-type": "text/plain" }],
  ["another port of this machine", { "sec-fetch-site": "same-site" }],
  ["a page of an allowed origin without a ticket", { origin: "https://local.example" }],
  ["a page of the server itself without a ticket", { origin: "own", "sec-fetch-site": "same-origin" }],
];

for (const [name, headers] of pages) {
  Deno.test(`the open door of POST /v1/chat is shut for ${name}`, async () => {
    const allowedOrigins = ["https://local.example"];
    await using server = startTestServer({ legacy: { isOpen: true, cwd: null }, allowedOrigins });
    if (headers.origin === "own") headers.origin = server.baseUrl;
    const response = await fetch(`${server.baseUrl}/v1/chat`, { method: "POST", body: '{"message":"hi"}', headers });
    assert([401, 403].includes(response.status), `${response.status}`);
    assertEquals(typeof (await response.json()).error, "string");
    assertEquals(server.models.requests, 0);
  });
}

Deno.test("the open door of POST /v1/chat is shut for a name that was made to resolve to this machine", async () => {
  await using server = startTestServer({ legacy: { isOpen: true, cwd: null } });
  using connection = await Deno.connect({ hostname: "127.0.0.1", port: server.server.port });
  const body = '{"message":"hi"}';
  const head = `POST /v1/chat HTTP/1.1\r\nhost: evil.example:${server.server.port}\r\nconnection: close\r\n`;
  await connection.write(new TextEncoder().encode(`${head}content-length: ${body.length}\r\n\r\n${body}`));
  assertMatch(await new Response(connection.readable).text(), /^HTTP\/1\.1 403 /);
  assertEquals(server.models.requests, 0);
});

Deno.test("POST /v1/chat takes no longer message than any other door", async () => {
  await using server = startTestServer();
  const { status, body } = await chat(server, JSON.stringify({ message: "x".repeat(MAX_CONTENT_LENGTH + 1) }));
  assertEquals(status, 400);
  assertMatch(body.error, /524288/);
  assertEquals(server.models.requests, 0);
});

Deno.test("POST /v1/chat takes so many at a time and tells the others to wait", async () => {
  await using server = startTestServer({ legacy: { isOpen: true, cwd: null } });
  const left = new AbortController();
  const ask = () => chat(server, '{"message":"hi"}', { signal: left.signal });
  const taken = Array.from({ length: MAX_LEGACY_CHATS }, () => ask().catch(() => null));
  const models: ScriptedAnswer[] = [];
  for (const _ of taken) models.push(await server.models.next());
  const { status, body } = await ask();
  assertEquals([status, typeof body.error], [429, "string"]);
  for (const model of models) model.finish();
  const answers = await Promise.all(taken);
  assertEquals(answers.every((answer) => answer?.status === 200), true);
  const [again] = await Promise.all([ask(), answer(server, "hello")]);
  assertEquals(again.status, 200);
});

Deno.test("POST /v1/chat does not call it a failure of the daemon when its client leaves", async () => {
  await using server = startTestServer();
  const left = new AbortController();
  const asked = Array.from(
    { length: MAX_LEGACY_CHATS },
    () => chat(server, '{"message":"hi"}', { signal: left.signal }),
  );
  const models: ScriptedAnswer[] = [];
  for (const _ of asked) models.push(await server.models.next());
  left.abort();
  await Promise.allSettled(asked);
  for (const model of models) model.finish(); // there are no more than so many turns at a time
  const answered = answer(server, "hello");
  let status: number;
  do ({ status } = await chat(server, '{"message":"and now"}')); while (status === 429); // until one has left
  await answered;
  assertEquals(server.logged, []);
});

Deno.test("POST /v1/chat leaves the turn running when its client leaves [R6]", async () => {
  await using server = startTestServer();
  const session_id = await server.session();
  const left = new AbortController();
  const asked = chat(server, JSON.stringify({ message: "hi", session_id }), { signal: left.signal });
  const model = await server.models.next();
  left.abort();
  await asked.catch(() => {});
  model.text("still here");
  model.finish();
  await server.until(session_id, ({ event }) => event === "turn.done");
  const [turn] = (await server.sessions.snapshot(session_id)).turns;
  assert(turn?.end?.kind === "done" && turn.end.finishReason === "stop");
});
