import { assertEquals, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, startFakeModel } from "../../tests/support/mod.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";
import { holds, isIdle, latest, lmx, stop, text } from "./testing/lmx.ts";

Deno.test("LmxWs uses one socket again for one request after another", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  for (let i = 0; i < 3; i++) assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  assertEquals((await fake.stats()).sockets, { opened: 1, open: 1 });
});

Deno.test("LmxWs lets no request wait for the prefill of another, and answers go to who asked", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ model: "preset:slow", prefill: "manual", tokens: ["slow"], usage: false });
  await fake.script({ model: FAKE_MODEL, tokens: ["quick"], usage: false });
  const slow = [1, 2, 3].map(() => collect(model.stream(ask("preset:slow"), never())));
  await fake.waitFor(holds(3));
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [text("quick"), stop]);
  await fake.step();
  for (const parts of await Promise.all(slow)) assertEquals(parts, [text("slow"), stop]);
});

Deno.test("LmxWs shares sockets when all are in use, and keeps the answers apart", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  for (let i = 0; i < 20; i++) {
    await fake.script({ model: `preset:${i}`, tokens: [`${i}`, "-", `${i}`], pace: "manual", usage: false });
  }
  const answers = Array.from({ length: 20 }, (_, i) => collect(model.stream(ask(`preset:${i}`), never())));
  await fake.waitFor(holds(16)); // sixteen have a socket of their own and no name yet: the others wait
  assertEquals((await fake.stats()).requestCount, 16);
  await fake.step(); // their first frames give them names, and the rest is sent
  await fake.waitFor(holds(20));
  const { sockets } = await fake.stats();
  assertEquals(sockets, { opened: 16, open: 16 });
  await fake.step(4);
  for (const [i, parts] of (await Promise.all(answers)).entries()) assertEquals(parts, [text(`${i}-${i}`), stop]);
});

Deno.test("LmxWs cancels a request that shares its socket and has no name yet with its first frame [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const others = Array.from({ length: 16 }, () => collect(model.stream(ask(FAKE_MODEL), never())));
  await fake.waitFor(holds(16));
  await fake.step();
  const cancel = new AbortController();
  const cancelled = collect(model.stream(ask(FAKE_MODEL), cancel.signal));
  await fake.waitFor(holds(17));
  cancel.abort();
  assertEquals(await cancelled, []);
  await fake.step(1, 17);
  const stats = await fake.waitFor((stats) => latest(stats)?.end !== null);
  assertEquals(latest(stats)?.end?.how, "cancel_frame");
  await fake.step(5);
  for (const parts of await Promise.all(others)) assertEquals(parts, [text("ab"), stop], "nobody else was cancelled");
});

Deno.test("LmxWs uses a socket again whose cancelled request ended in an error without a name", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const error = JSON.stringify({ type: "chat.error", request_id: null, error: "Out of memory" });
  await fake.script({ model: "preset:fails", prefill: "manual", raw: { chunks: [error] } });
  const others = Array.from({ length: 16 }, () => collect(model.stream(ask(FAKE_MODEL), never())));
  await fake.waitFor(holds(16));
  await fake.step();
  const cancel = new AbortController();
  const cancelled = Array.from({ length: 16 }, () => collect(model.stream(ask("preset:fails"), cancel.signal)));
  await fake.waitFor(holds(32));
  cancel.abort();
  assertEquals((await Promise.all(cancelled)).flat(), []);
  for (let number = 17; number <= 32; number++) await fake.step(1, number);
  const more = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor((stats) => stats.requestCount === 33 && latest(stats)?.held === true);
  assertEquals((await fake.stats()).sockets.opened, 16);
  await fake.step(5);
  for (const parts of await Promise.all([...others, more])) assertEquals(parts, [text("ab"), stop]);
});

Deno.test("LmxWs cancels at the server during the prefill, by closing the socket [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ prefill: "manual" });
  const cancel = new AbortController();
  const parts = collect(model.stream(ask(FAKE_MODEL), cancel.signal));
  await fake.waitFor(holds(1));
  cancel.abort();
  assertEquals(await parts, [], "no last part");
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "socket_closed");
});

Deno.test("LmxWs cancels at the server between tokens, by name, and the socket goes on [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 }, times: 1 });
  const cancel = new AbortController();
  const parts = model.stream(ask(FAKE_MODEL), cancel.signal);
  assertEquals((await parts.next()).value, text("a"));
  const next = parts.next();
  cancel.abort();
  assertEquals(await next, { done: true, value: undefined }, "no last part");
  const stats = await fake.waitFor(isIdle);
  assertEquals(latest(stats)?.end?.how, "cancel_frame");

  // Frames of the cancelled one that come late are not taken for the first ones of the next.
  const late = latest(stats)!.requestId;
  const frames = [
    { type: "chat.token", request_id: late, content: "late" },
    { type: "chat.error", request_id: late, error: "Unknown request" },
    { type: "chat.token", request_id: "{{id}}", content: "next" },
    { type: "chat.done", request_id: "{{id}}", finish_reason: "stop" },
  ];
  await fake.script({ raw: { chunks: frames.map((frame) => JSON.stringify(frame)) } });
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [text("next"), stop]);
  assertEquals((await fake.stats()).sockets.opened, 1);
});

Deno.test("LmxWs cancels a flood, though nobody reads on [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: 10_000_000 });
  const cancel = new AbortController();
  const parts = model.stream(ask(FAKE_MODEL), cancel.signal);
  assertEquals((await parts.next()).done, false);
  cancel.abort();
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
  assertEquals(await parts.next(), { done: true, value: undefined }, "what is left is dropped");
});

Deno.test("LmxWs gives up an answer that is never read, rather than hold it in memory", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await fake.script({ tokens: 1_000_000 });
  const parts = model.stream(ask(FAKE_MODEL), never());
  await parts.next();
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
  const { code, message } = await failureOf(parts);
  assertEquals(code, "bad-response");
  assertStringIncludes(message, "faster than it could be taken");
});

Deno.test("LmxWs asks again when a socket that it used before closes without a word", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  await collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.script({ fault: { kind: "drop", after: 0 }, times: 1 });
  assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  assertEquals((await fake.stats()).sockets.opened, 2);

  await fake.script({ fault: { kind: "drop", after: 0 } });
  assertEquals((await failureOf(model.stream(ask(FAKE_MODEL), never()))).code, "lmx-ws-closed", "but not for ever");
});

Deno.test("LmxWs closes a socket that has not been used for a minute", async () => {
  const { setTimeout } = globalThis;
  let minute: (() => void) | undefined;
  globalThis.setTimeout = ((run: () => void, ms?: number) => {
    if (ms === 60_000) minute = run;
    return setTimeout(run, ms);
  }) as typeof setTimeout;
  try {
    await using fake = await startFakeModel();
    await using model = lmx(fake, { betweenTokensMs: 30_000 });
    await collect(model.stream(ask(FAKE_MODEL), never()));
    assertEquals((await fake.stats()).sockets.open, 1);
    minute?.();
    await fake.waitFor((stats) => stats.sockets.open === 0);
    assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  } finally {
    globalThis.setTimeout = setTimeout;
  }
});

Deno.test("LmxWs does not use a socket again over which the machine may have slept [lmx 27]", async () => {
  const { now } = Date;
  try {
    await using fake = await startFakeModel();
    await using model = lmx(fake);
    await collect(model.stream(ask(FAKE_MODEL), never()));
    Date.now = () => now() + 120_000;
    assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
    assertEquals((await fake.stats()).sockets.opened, 2);
  } finally {
    Date.now = now;
  }
});

Deno.test("LmxWs closes its sockets when disposed of, which cancels what runs", async () => {
  await using fake = await startFakeModel();
  const model = lmx(fake);
  await fake.script({ tokens: ["a", "b"], fault: { kind: "stall", after: 1 } });
  const parts = failureOf(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor((stats) => latest(stats)?.sent === 1);
  await model[Symbol.asyncDispose]();
  assertEquals((await parts).code, "lmx-ws-closed");
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "socket_closed");
  assertEquals(
    (await failureOf(model.stream(ask(FAKE_MODEL), never()))).code,
    "lmx-ws-closed",
    "and opens none any more",
  );
});
