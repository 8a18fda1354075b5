import type { OptaEvent, UnknownEvent } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelFailure, ModelPart } from "../model/model.ts";
import { MAX_REPEATED_FAILURES } from "./limits.ts";
import { harness, outcomes, turnOf } from "./testing/harness.ts";
import { ScriptedModels } from "./testing/scripted_model.ts";

const refused: ModelFailure = {
  code: "lmx-connection-refused",
  message: "Cannot reach it.",
  retryable: true,
  again: { afterMs: null },
};

function isEnd({ event }: OptaEvent | UnknownEvent): boolean {
  return event === "turn.done" || event === "turn.error";
}

function call(name: string, text: string, id: string | null = null): ModelPart {
  return { type: "tool_call", index: 0, id, name, argumentsDelta: text };
}

function progressOf(events: (OptaEvent | UnknownEvent)[]): string[] {
  return events.flatMap((event) =>
    event.event === "turn.progress" ? [`${event.payload.phase} at ${event.payload.elapsedMs}`] : []
  );
}

Deno.test("a refused request is sent again, each time told, and the turn starts when it is taken", async () => {
  await using h = harness();
  const session = await h.create();
  const { sessionId } = session.state;
  h.models.failure = refused;
  await session.submit(turnOf("Hello"));
  await h.clock.waitsFor(475);
  assertStringIncludes(session.state.queue[0]?.progress?.message ?? "", "Trying again in 0.5 s (1 of 3)");
  h.clock.pass(475);
  await h.clock.waitsFor(950);
  h.models.failure = null;
  h.clock.pass(950);
  const answer = await h.models.next();
  answer.text("Hi");
  answer.finish();
  await h.until(sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: stop"]);
  const events = await h.events(sessionId);
  assertEquals(progressOf(events), ["retry at 0", "retry at 475"]);
  assertEquals(events.map(({ event }) => event).slice(-5), [
    "turn.progress",
    "turn.progress",
    "turn.start",
    "turn.token",
    "turn.done",
  ]);
});

Deno.test("retries are bounded, and a refusal in place of an answer counts like one before it", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  for (const waitMs of [475, 950, 1_900]) {
    (await h.models.next()).say({ type: "error", failure: refused });
    await h.clock.waitsFor(waitMs);
    h.clock.pass(waitMs);
  }
  (await h.models.next()).say({ type: "error", failure: refused });
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: lmx-connection-refused"]);
  const { end } = session.state.turns[0]!;
  assert(end?.kind === "error");
  assertEquals([end.stats?.tokens, end.stats?.usageSource], [0, "partial"], "what was not taken has cost nothing");
});

Deno.test("a cancel ends the wait for another try, and nothing is asked after it [C1, C2]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  (await h.models.next()).say({ type: "error", failure: refused });
  await h.clock.waitsFor(475);
  assertEquals((await session.cancel({})).cancelledActive, 1);
  await h.until(session.state.sessionId, isEnd);
  h.clock.pass(10_000);
  assertEquals(outcomes(session.state), ["Hello: cancelled"]);
  assertEquals(h.models.requests, 1);
});

Deno.test("nothing is repeated once a piece of the answer has come", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const answer = await h.models.next();
  answer.text("Ha");
  answer.say({ type: "error", failure: refused });
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: lmx-connection-refused"]);
  const [turn] = session.state.turns;
  assertEquals(turn?.parts.map((part) => part.kind === "text" && part.text), ["Ha"]);
  assert(turn?.end?.kind === "error");
  assertEquals([turn.end.stats?.completionTokens, turn.end.stats?.usageSource], [1, "partial"]);
});

Deno.test("when nothing else is to be had, the fallback answers, and the turn says who it is", async () => {
  await using h = harness();
  await using cloud = new ScriptedModels();
  const session = await h.create();
  h.models.failure = { code: "no-model-loaded", message: "None is loaded.", retryable: true };
  h.models.other = { model: cloud, name: "cloud-1", reason: "allowed" };
  await session.submit(turnOf("Hello"));
  const answer = await cloud.next();
  answer.text("Hi");
  answer.finish();
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: stop"]);
  assertEquals(session.state.turns[0]?.start?.model, "cloud-1");
  const [message] = (await h.events(session.state.sessionId)).flatMap((event) =>
    event.event === "turn.progress" ? [event.payload.message] : []
  );
  assertEquals(message, "None is loaded. scripted answers instead, with cloud-1.");
});

Deno.test("a transport that goes another way is told, and the state shows it", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const answer = await h.models.next();
  answer.say({ type: "fallback", transport: "sse", message: "The socket broke." });
  answer.text("Hi");
  answer.finish();
  await h.until(session.state.sessionId, isEnd);
  assertEquals(session.state.turns[0]?.start?.transport, "sse");
});

Deno.test("a long prefill is told with the time that it takes, until the first piece comes", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const answer = await h.models.next();
  await h.clock.waitsFor(2_000);
  h.clock.pass(8_000);
  answer.text("Hi");
  await h.until(session.state.sessionId, ({ event }) => event === "turn.token");
  h.clock.pass(60_000);
  answer.finish();
  await h.until(session.state.sessionId, isEnd);
  assertEquals(progressOf(await h.events(session.state.sessionId)), ["prefill at 2000", "prefill at 7000"]);
});

Deno.test("a turn without end is ended, with a code and a setting of its own", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const answer = await h.models.next();
  answer.text("Well");
  await h.until(session.state.sessionId, ({ event }) => event === "turn.token");
  h.clock.pass(600_000);
  await h.until(session.state.sessionId, isEnd);
  const { end } = session.state.turns[0]!;
  assert(end?.kind === "error");
  assertEquals([end.code, end.stats?.usageSource], ["turn-timeout", "partial"]);
  assertStringIncludes(end.message, "scripted-1 (scripted)");
  assertStringIncludes(end.message, "model.turnTimeoutMs");
  assert(answer.signal.aborted, "the model is told");
});

Deno.test("arguments that are no JSON, or none, go back to the model as the result of its call [lmx 19]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const first = await h.models.next();
  first.text("Let me see.");
  first.say(call("look", '{"path": "a', "call_1"), {
    type: "tool_call",
    index: 1,
    id: null,
    name: "look",
    argumentsDelta: "",
  });
  first.finish("tool_calls");
  const second = await h.models.next();
  assertEquals(second.request.messages.map(({ role }) => role), ["user", "assistant", "tool", "tool"]);
  const [, said, one, other] = second.request.messages;
  assertEquals(said?.content, "Let me see.");
  assertStringIncludes(one?.content ?? "", "no valid JSON");
  assertStringIncludes(other?.content ?? "", "no arguments");
  second.text("Sorry.");
  second.finish();
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: stop"]);
  const [turn] = session.state.turns;
  assertEquals(turn?.parts.map(({ kind }) => kind), ["text", "tool", "tool", "text"]);
  assertEquals(turn?.end?.kind === "done" && turn.end.stats.toolCalls, 2);
});

Deno.test("a call that the length limit may have cut is not run [lmx 7]", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const answer = await h.models.next();
  answer.say(call("delete", '{"path":"/tmp/a"}'));
  answer.finish("length");
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: length"]);
  assertEquals((await h.events(session.state.sessionId)).some(({ event }) => event === "tool.start"), false);
});

Deno.test("a model that makes the same failing call again and again is stopped", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  for (let i = 0; i < MAX_REPEATED_FAILURES; i++) {
    const answer = await h.models.next();
    answer.say(call("look", "{}", "call_1"));
    answer.finish("tool_calls");
  }
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: max-steps"]);
  const ids = session.state.turns[0]?.parts.map((part) => part.kind === "tool" && part.callId) ?? [];
  assertEquals([ids[0], new Set(ids).size], ["call_1", MAX_REPEATED_FAILURES], "an id is used once");
});

Deno.test("a turn makes no more requests than it may", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello", "alice", { overrides: { maxTurns: 2 } }));
  for (const path of ["a", "b"]) {
    const answer = await h.models.next();
    answer.say(call("look", JSON.stringify({ path })));
    answer.finish("tool_calls");
  }
  await h.until(session.state.sessionId, isEnd);
  assertEquals(outcomes(session.state), ["Hello: max-steps"]);
  assertEquals(h.models.requests, 2);
});

Deno.test("the next turn is sent the tool calls of the one before, with their results", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const first = await h.models.next();
  first.say(call("look", '{"path":"a"}', "call_1"));
  first.finish("tool_calls");
  const second = await h.models.next();
  second.text("Nothing there.");
  second.finish();
  await h.until(session.state.sessionId, isEnd);
  await session.submit(turnOf("And now?"));
  const third = await h.models.next();
  assertEquals(third.request.messages.slice(0, 2), [
    { role: "user", content: "Hello" },
    { role: "assistant", content: "", toolCalls: [{ id: "call_1", name: "look", arguments: '{"path":"a"}' }] },
  ]);
  assertEquals(third.request.messages.slice(2).map(({ role, content }) => `${role}: ${content.slice(0, 16)}`), [
    "tool: There is no tool",
    "assistant: Nothing there.",
    "user: And now?",
  ]);
  third.finish();
});

Deno.test("the tokens of all requests of a turn are added up, and one estimate makes the sum an estimate", async () => {
  await using h = harness();
  const session = await h.create();
  await session.submit(turnOf("Hello"));
  const usage = (promptTokens: number, source: "reported" | "estimated"): ModelPart => ({
    type: "usage",
    promptTokens,
    completionTokens: 5,
    source,
  });
  const first = await h.models.next();
  first.say(call("look", "{}"), usage(10, "reported"));
  first.finish("tool_calls");
  const second = await h.models.next();
  second.text("Done.");
  second.say(usage(20, "estimated"));
  second.finish();
  await h.until(session.state.sessionId, isEnd);
  const { end } = session.state.turns[0]!;
  assert(end?.kind === "done");
  const { promptTokens, completionTokens, usageSource, estimatedBy } = end.stats;
  assertEquals([promptTokens, completionTokens, usageSource, estimatedBy], [30, 10, "estimated", "server"]);
});
