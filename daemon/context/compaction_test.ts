import type { OptaEvent, UnknownEvent } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { ModelFailure, ModelPart } from "../model/model.ts";
import type { Session } from "../session/session.ts";
import { type Harness, harness, outcomes, turnOf } from "../session/testing/harness.ts";
import type { ScriptedAnswer } from "../session/testing/scripted_model.ts";
import { ScriptedTools } from "../session/testing/scripted_tools.ts";
import { MemoryStore } from "../store/memory_store.ts";

/** Of a small local model, in tokens. */
const WINDOW = 2_000;
/** About 800 tokens. */
const LONG = "word ".repeat(640);

const tooLong: ModelFailure = {
  code: "context-overflow",
  message: "The server says that it is too long.",
  retryable: false,
};

function isEnd({ event }: OptaEvent | UnknownEvent): boolean {
  return event === "turn.done" || event === "turn.error";
}

function texts(answer: ScriptedAnswer): string[] {
  return answer.request.messages.map(({ role, content }) => `${role}: ${content.slice(0, 24)}`);
}

function asksForSummary({ request }: ScriptedAnswer): boolean {
  return request.messages.at(-1)!.content.includes("Summarise the conversation above");
}

async function ended(h: Harness, session: Session): Promise<void> {
  const count = session.state.turns.length + 1;
  let ends = 0;
  await h.until(session.state.sessionId, (event) => isEnd(event) && ++ends === count);
}

/** A turn that is answered at once. */
async function talk(h: Harness, session: Session, content: string): Promise<ScriptedAnswer> {
  const end = ended(h, session);
  await session.submit(turnOf(content));
  const answer = await h.models.next();
  assertEquals(asksForSummary(answer), false, content);
  answer.text(`Answer to ${content.slice(0, 10)}`);
  answer.finish();
  await end;
  return answer;
}

/** A session with two turns that fill the window, and a third that needs room. */
async function fullSession(h: Harness): Promise<{ session: Session; summary: ScriptedAnswer; end: Promise<void> }> {
  h.models.contextLength = WINDOW;
  const session = await h.create({ messages: [{ role: "system", content: "Speak plainly." }] });
  await talk(h, session, `First ${LONG}`);
  await talk(h, session, "Second");
  const end = ended(h, session);
  await session.submit(turnOf(`Third ${LONG}`));
  const summary = await h.models.next();
  assert(asksForSummary(summary));
  return { session, summary, end };
}

Deno.test("a conversation that fills the window is summarised by the model; the log keeps the original", async () => {
  await using h = harness();
  const { session, summary, end } = await fullSession(h);
  assertEquals(summary.request.tools, undefined);
  assert((summary.request.maxTokens ?? Infinity) < WINDOW / 2);
  assertStringIncludes(summary.request.messages.at(-1)!.content, "User: First word");
  summary.say({ type: "thinking", text: "Hm." });
  summary.text("They spoke of words.");
  summary.finish();
  const answer = await h.models.next();
  assertEquals(texts(answer), [
    "system: Speak plainly.",
    "user: Our conversation so far,",
    "assistant: I have read the summary ",
    "user: Second",
    "assistant: Answer to Second",
    "user: Third word word word wor",
  ]);
  assertStringIncludes(answer.request.messages[1]!.content, "They spoke of words.");
  answer.text("Yes.");
  answer.finish();
  await end;
  const { turns, compaction } = session.state;
  assertEquals(compaction, { throughTurnId: turns[0]!.turnId, summary: "They spoke of words." });
  assertEquals(turns[0]?.content, `First ${LONG}`);
  const events = await h.events(session.state.sessionId);
  const [compacted] = events.flatMap((event) => event.event === "session.compacted" ? [event.payload] : []);
  assert(compacted && compacted.replacedTokens > 700 && compacted.summaryTokens < 100);
  const phases = events.flatMap((event) => event.event === "turn.progress" ? [event.payload.phase] : []);
  assertEquals(phases, ["compact"]);
});

Deno.test("the summary stands in for the older turns from then on, also in the next daemon", async () => {
  const store = new MemoryStore();
  await using h = harness(store);
  const { session, summary, end } = await fullSession(h);
  const { sessionId } = session.state;
  summary.text("They spoke of words.");
  summary.finish();
  const answer = await h.models.next();
  answer.finish();
  await end;
  await h.crash(sessionId);
  await using later = harness(store, "daemon_later");
  later.models.contextLength = 2 * WINDOW;
  const next = await talk(later, await later.sessions.get(sessionId), "Fourth");
  assertEquals(texts(next).slice(0, 4), [
    "system: Speak plainly.",
    "user: Our conversation so far,",
    "assistant: I have read the summary ",
    "user: Second",
  ]);
});

Deno.test("old results of tools are cut before anything is summarised", async () => {
  const tools = new ScriptedTools();
  await using h = harness(undefined, undefined, tools);
  h.models.contextLength = 9_200; // the call and its result fit once
  const session = await h.create();
  const end = ended(h, session);
  await session.submit(turnOf("Read"));
  const call: ModelPart = {
    type: "tool_call",
    index: 0,
    id: "c1",
    name: "read",
    argumentsDelta: JSON.stringify({ what: LONG.repeat(4) }),
  };
  const first = await h.models.next();
  first.say(call);
  first.finish("tool_calls");
  const second = await h.models.next();
  const seen = second.request.messages.at(-1)!.content.length;
  second.finish();
  await end;
  const third = await talk(h, session, `And now? ${LONG}`);
  const again = third.request.messages.find(({ role }) => role === "tool")!.content.length;
  assert(seen > 10_000 && again < 2_000, `${seen}, ${again}`);
  assertEquals(session.state.compaction, null);
});

Deno.test("a request that the server finds too long is made smaller and sent again", async () => {
  await using h = harness();
  const session = await h.create();
  await talk(h, session, `First ${LONG}`);
  const end = ended(h, session);
  await session.submit(turnOf("Second"));
  (await h.models.next()).say({ type: "error", failure: tooLong });
  const summary = await h.models.next();
  assert(asksForSummary(summary));
  summary.text("Words.");
  summary.finish();
  const answer = await h.models.next();
  assertEquals(texts(answer), [
    "user: Our conversation so far,",
    "assistant: I have read the summary ",
    "user: Second",
  ]);
  answer.text("Well.");
  answer.finish();
  await end;
  assertEquals(outcomes(session.state).at(-1), "Second: stop");
});

Deno.test("a server that takes nothing however small has the last word", async () => {
  await using h = harness();
  const session = await h.create();
  const end = ended(h, session);
  await session.submit(turnOf("Hello"));
  (await h.models.next()).say({ type: "error", failure: tooLong });
  await end;
  const { end: how } = session.state.turns[0]!;
  assert(how?.kind === "error");
  assertEquals([how.code, how.message, h.models.requests], ["context-overflow", tooLong.message, 1]);
});

Deno.test("a message that does not fit alone is not sent, and the turn says what to do", async () => {
  await using h = harness();
  h.models.contextLength = WINDOW;
  const session = await h.create();
  const end = ended(h, session);
  await session.submit(turnOf(LONG.repeat(4)));
  await end;
  const { end: how } = session.state.turns[0]!;
  assert(how?.kind === "error");
  assertEquals([how.code, h.models.requests], ["context-overflow", 0]);
  assertStringIncludes(how.message, "model.contextLength");
});

Deno.test("where nobody knows the window, the server decides on a long message", async () => {
  await using h = harness();
  const session = await h.create();
  const answer = await talk(h, session, LONG.repeat(80));
  assertEquals(answer.request.messages.length, 1);
});

Deno.test("a cancel works while a summary is made: the model is told, and nothing is replaced [C1]", async () => {
  await using h = harness();
  const { session, summary, end } = await fullSession(h);
  assertEquals(await session.cancel({}), { cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
  await end;
  assert(summary.signal.aborted);
  assertEquals(session.state.compaction, null);
  assertEquals(outcomes(session.state).at(-1), `Third ${LONG}: cancelled`);
});

Deno.test("a summary that fails or says nothing fails the turn, and nothing is replaced", async () => {
  for (const fail of [false, true]) {
    await using h = harness();
    const { session, summary, end } = await fullSession(h);
    const failure: ModelFailure = { code: "bad-response", message: "Out of order.", retryable: false };
    if (fail) summary.say({ type: "error", failure });
    else summary.finish();
    await end;
    const { end: how } = session.state.turns.at(-1)!;
    assert(how?.kind === "error");
    assertStringIncludes(how.message, fail ? "Out of order." : "made no summary");
    assertEquals(session.state.compaction, null);
  }
});

Deno.test("messages that came with a session are summarised when they leave no room for its first turn", async () => {
  await using h = harness();
  h.models.contextLength = WINDOW;
  const imported = [LONG, LONG, LONG].map((content) => ({ role: "user" as const, content }));
  const session = await h.create({ messages: imported });
  const end = ended(h, session);
  await session.submit(turnOf("Go on"));
  const summary = await h.models.next();
  assert(asksForSummary(summary));
  summary.text("Words.");
  summary.finish();
  const answer = await h.models.next();
  assertEquals(answer.request.messages.length, 3);
  answer.finish();
  await end;
  assertEquals(session.state.compaction, { throughTurnId: null, summary: "Words." });
  assertEquals(session.state.imported.length, 3);
});

Deno.test("the figures of a turn tell how full the window is, and count the tokens of a summary", async () => {
  await using h = harness();
  const { session, summary, end } = await fullSession(h);
  summary.text("They spoke of words.");
  summary.say({ type: "usage", promptTokens: 900, completionTokens: 90, source: "reported" });
  summary.finish();
  const answer = await h.models.next();
  answer.text("Yes.");
  answer.say({ type: "usage", promptTokens: 800, completionTokens: 8, source: "reported" });
  answer.finish();
  await end;
  const { end: how } = session.state.turns.at(-1)!;
  assert(how?.kind === "done");
  const { promptTokens, completionTokens, usageSource, contextTokens, contextWindow } = how.stats;
  assertEquals([promptTokens, completionTokens, usageSource], [1_700, 98, "reported"]);
  assertEquals([contextTokens, contextWindow], [808, WINDOW]);
});
