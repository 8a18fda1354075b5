import { assert, assertEquals } from "@std/assert";
import { logRecord } from "./log_record.ts";
import { harness, turnOf } from "./testing/harness.ts";

Deno.test("the daemon's log tells of each turn with its session, and of no word of it", async () => {
  await using h = harness();
  const session = await h.create();
  const { sessionId } = session.state;
  const { turnId } = await session.submit(turnOf("my question"));
  const answer = await h.models.next();
  answer.say({ type: "text", text: "my answer" });
  answer.finish();
  await h.until(sessionId, (event) => event.event === "turn.done");
  await session.idle();
  await h.sessions.remove(sessionId);

  assertEquals(h.records.map(({ level, message }) => `${level}: ${message}`), [
    "debug: A session was made",
    "debug: A turn was queued",
    "debug: A turn has begun",
    "info: A turn has ended",
    "info: A session was deleted",
  ]);
  assert(h.records.every(({ facts }) => facts.sessionId === sessionId));
  assert(h.records.slice(1, 4).every(({ facts }) => facts.turnId === turnId));
  assertEquals(/question|answer/.test(JSON.stringify(h.records)), false);
});

Deno.test("logRecord() says of a turn that failed why, and not at any length", () => {
  const ids = { turnId: "t", writerId: "w", clientId: "c" };
  const payload = { ...ids, message: "x".repeat(10_000), code: "bad-response" as const, retryable: false };
  const record = logRecord({ event: "turn.error", payload });
  assertEquals([record?.level, record?.facts.code], ["warning", "bad-response"]);
  assertEquals(String(record?.facts.message).length, 301);
});

Deno.test("logRecord() says nothing of deltas", () => {
  const payload = { turnId: "t", text: "hello", partId: "p", offset: 0 };
  assertEquals(logRecord({ event: "turn.token", payload }), null);
});
