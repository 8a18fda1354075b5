import { assertEquals, assertRejects } from "@std/assert";
import { OptaError } from "@opta/protocol";
import type { Session } from "./session.ts";
import { harness, outcomes, turnOf } from "./testing/harness.ts";

/** Work that lasts until it is let go. */
function held(session: Session) {
  const begun = Promise.withResolvers<AbortSignal>();
  const end = Promise.withResolvers<string>();
  const done = session.betweenTurns((signal) => {
    begun.resolve(signal);
    return end.promise;
  });
  return { done, begun: begun.promise, end: end.resolve, fail: end.reject };
}

Deno.test("betweenTurns() is refused while a turn runs or waits", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  await session.submit(turnOf("x"));
  const answer = await h.models.next();
  const refused = await assertRejects(() => session.betweenTurns(() => Promise.resolve()), OptaError);
  assertEquals(refused.code, "conflict");
  answer.finish();
  await h.until("s1", ({ event }) => event === "turn.done");
  assertEquals(await session.betweenTurns(() => Promise.resolve("done")), "done");
});

Deno.test("betweenTurns() holds back the turns that are submitted meanwhile, and other such work", async () => {
  await using h = harness();
  const session = await h.create({ sessionId: "s1" });
  const first = held(session);
  await first.begun;
  const second = held(session);
  await session.note({ event: "session.updated", payload: { title: "Meanwhile" } });
  assertEquals(session.busy, true);
  first.end("first");
  assertEquals(await first.done, "first");
  await second.begun;
  await session.submit(turnOf("x"));
  assertEquals([session.running, h.models.requests], [false, 0]);
  second.fail(new Error("no"));
  await assertRejects(() => second.done, Error, "no");
  (await h.models.next()).finish();
  await h.until("s1", ({ event }) => event === "turn.done");
  assertEquals(outcomes(session.state), ["x: stop"]);
});

Deno.test("betweenTurns() is waited for by a daemon that stops, and is told when that takes too long", async () => {
  await using h = harness();
  const session = await h.create();
  const work = held(session);
  const signal = await work.begun;
  const stopped = h.sessions.stop(0);
  signal.addEventListener("abort", () => work.end("told"));
  assertEquals(await work.done, "told");
  await stopped;
  await assertRejects(() => session.betweenTurns(() => Promise.resolve()), OptaError, "stopping");
});
