import { assertEquals, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, startFakeModel } from "../../tests/support/mod.ts";
import { LONG_PROMPT_LENGTH, MAX_SOCKETS } from "./lmx_limits.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { failureOf } from "./testing/failure_of.ts";
import { holds, isIdle, latest, lmx, stop, text } from "./testing/lmx.ts";

/** A first frame is waited for as long as it takes, or not at all. */
const patient = { firstFrameMs: 60_000 };
const impatient = { firstFrameMs: 0 };

Deno.test("LmxWs uses one socket again for one request after another", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  for (let i = 0; i < 3; i++) assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  assertEquals((await fake.stats()).sockets, { opened: 1, open: 1, mostOpen: 1 });
});

Deno.test("LmxWs carries many answers over one socket, and keeps them apart", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, patient);
  for (let i = 1; i <= 20; i++) {
    await fake.script({ model: `preset:${i}`, tokens: [`${i}`, "-", `${i}`], pace: "manual", usage: false });
  }
  const answers = Array.from({ length: 20 }, (_, i) => collect(model.stream(ask(`preset:${i + 1}`), never())));
  for (let i = 1; i <= 20; i++) {
    await fake.waitFor(({ requests }) => requests[i - 1]?.held === true);
    await fake.step(1, i); // its first frame gives it a name, and the next is sent
  }
  await fake.waitFor(holds(20));
  assertEquals((await fake.stats()).sockets, { opened: 1, open: 1, mostOpen: 1 });
  await fake.step(3);
  for (const [i, parts] of (await Promise.all(answers)).entries()) {
    assertEquals(parts, [text(`${i + 1}-${i + 1}`), stop]);
  }
});

Deno.test("LmxWs lets no request wait for the prefill of another, and closes its spare sockets again", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, { ...impatient, spareIdleMs: 1 });
  await fake.script({ model: "preset:slow", prefill: "manual", tokens: ["slow"], usage: false });
  await fake.script({ model: FAKE_MODEL, tokens: ["quick"], usage: false });
  const slow = [1, 2, 3].map(() => collect(model.stream(ask("preset:slow"), never())));
  await fake.waitFor(holds(3));
  assertEquals(await collect(model.stream(ask(FAKE_MODEL), never())), [text("quick"), stop]);
  await fake.waitFor(({ sockets }) => sockets.open === 3);
  await fake.step();
  for (const parts of await Promise.all(slow)) assertEquals(parts, [text("slow"), stop]);
  await fake.waitFor(({ sockets }) => sockets.open === 1);
});

Deno.test("LmxWs opens no more sockets than are good for a server, and shares them", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, impatient);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const answers = Array.from({ length: MAX_SOCKETS + 4 }, () => collect(model.stream(ask(FAKE_MODEL), never())));
  await fake.waitFor(holds(MAX_SOCKETS)); // each has a socket of its own and no name yet: the others wait
  assertEquals((await fake.stats()).requestCount, MAX_SOCKETS);
  await fake.step();
  await fake.waitFor(holds(MAX_SOCKETS + 4));
  assertEquals((await fake.stats()).sockets.opened, MAX_SOCKETS);
  await fake.step(3);
  for (const parts of await Promise.all(answers)) assertEquals(parts, [text("ab"), stop]);
});

Deno.test("LmxWs gives a long prompt a socket of its own, so that cancelling its prefill cancels nothing else [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, patient);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const other = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor(holds(1));
  await fake.step();
  const cancel = new AbortController();
  const long = collect(model.stream(ask(FAKE_MODEL, "x".repeat(LONG_PROMPT_LENGTH)), cancel.signal));
  await fake.waitFor(holds(2));
  assertEquals((await fake.stats()).sockets.open, 2);
  cancel.abort();
  assertEquals(await long, []);
  assertEquals(latest(await fake.waitFor(({ active }) => active === 1))?.end?.how, "socket_closed");
  await fake.step(2);
  assertEquals(await other, [text("ab"), stop]);
});

Deno.test("LmxWs shares the socket that it has when a spare one is refused", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, impatient);
  await fake.script({ tokens: ["a"], pace: "manual", usage: false });
  const first = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor(holds(1));
  await fake.configure({ refuseSocket: 503 });
  const second = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor(({ socketsRefused }) => socketsRefused === 1);
  await fake.step(2);
  assertEquals(await first, [text("a"), stop]);
  await fake.waitFor(holds(1));
  await fake.step(2);
  assertEquals(await second, [text("a"), stop]);
  assertEquals((await fake.stats()).sockets.opened, 1);
});

Deno.test("LmxWs opens a socket for all who wait for it, whoever of them gives up", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, patient);
  const cancel = new AbortController();
  const impatientOne = collect(model.stream(ask(FAKE_MODEL), cancel.signal));
  const others = [1, 2].map(() => collect(model.stream(ask(FAKE_MODEL), never())));
  cancel.abort();
  assertEquals(await impatientOne, []);
  for (const parts of await Promise.all(others)) assertEquals(parts.at(-1), stop);
  assertEquals((await fake.stats()).sockets.opened, 1);
});

Deno.test("LmxWs cancels a request that shares its socket and has no name yet with its first frame [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, patient);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const other = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor(holds(1));
  await fake.step();
  const cancel = new AbortController();
  const cancelled = collect(model.stream(ask(FAKE_MODEL), cancel.signal));
  await fake.waitFor(holds(2));
  cancel.abort();
  assertEquals(await cancelled, []);
  await fake.step(1, 2);
  assertEquals(latest(await fake.waitFor(({ active }) => active === 1))?.end?.how, "cancel_frame");
  await fake.step(2);
  assertEquals(await other, [text("ab"), stop], "nobody else was cancelled");
  assertEquals((await fake.stats()).sockets.opened, 1);
});

Deno.test("LmxWs uses a socket again whose cancelled request ended in an error without a name", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, patient);
  await fake.script({ tokens: ["a", "b"], pace: "manual", usage: false });
  const error = JSON.stringify({ type: "chat.error", request_id: null, error: "Out of memory" });
  await fake.script({ model: "preset:fails", prefill: "manual", raw: { chunks: [error] } });
  const other = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor(holds(1));
  await fake.step();
  const cancel = new AbortController();
  const cancelled = collect(model.stream(ask("preset:fails"), cancel.signal));
  await fake.waitFor(holds(2));
  cancel.abort();
  assertEquals(await cancelled, []);
  await fake.step(1, 2);
  const more = collect(model.stream(ask(FAKE_MODEL), never()));
  await fake.waitFor((stats) => stats.requestCount === 3 && latest(stats)?.held === true);
  assertEquals((await fake.stats()).sockets.opened, 1);
  await fake.step(3);
  for (const parts of await Promise.all([other, more])) assertEquals(parts, [text("ab"), stop]);
});

Deno.test("LmxWs trusts a socket that carries other answers, though one has stalled", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, { betweenTokensMs: 1_000 }, null, patient);
  await fake.script({ model: "preset:flows", tokens: 1_000_000, pace: 100 });
  await fake.script({ model: "preset:stalls", tokens: ["a", "b"], fault: { kind: "stall", after: 1 } });
  const flowing = model.stream(ask("preset:flows"), never());
  await flowing.next();
  assertEquals((await failureOf(model.stream(ask("preset:stalls"), never()))).code, "lmx-timeout");
  assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
  assertEquals((await flowing.next()).value?.type, "text");
  await flowing.return();
  assertEquals((await fake.stats()).sockets.opened, 1);
});

Deno.test("LmxWs keeps a busy socket alive, and does not listen to what comes back of that", async () => {
  const cancels = new Map<string, number>();
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    const send = (frame: object) => socket.send(JSON.stringify(frame));
    socket.onmessage = ({ data }) => {
      const { type, request_id: id } = JSON.parse(data);
      if (type !== "chat.cancel") return;
      const count = (cancels.get(id) ?? 0) + 1;
      cancels.set(id, count);
      if (count === 1) send({ type: "chat.error", request_id: null, error: "Unknown request" });
      if (count === 2) send({ type: "chat.done", request_id: id, finish_reason: "cancelled" });
      if (count === 3) send({ type: "chat.token", request_id: "r", content: "a" });
      if (count === 4) send({ type: "chat.error", request_id: id, error: "Unknown request" });
      if (count === 5) send({ type: "chat.done", request_id: "r", finish_reason: "stop" });
    };
    return response;
  });
  const model = lmx({ host: "127.0.0.1", port: server.addr.port }, {}, null, { keepAliveMs: 5 });
  assertEquals(await collect(model.stream(ask("m"), never())), [text("a"), stop]);
  await model[Symbol.asyncDispose]();
  assertEquals(cancels.size, 1, "it names a request that nobody has made");
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

Deno.test("LmxWs cancels at the server in the middle of a tool call [C2]", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake);
  const toolCalls = [{ id: "a", name: "read", arguments: [`{"path":`, `"x"}`] }];
  await fake.script({ tokens: [], toolCalls, pace: "manual" });
  const cancel = new AbortController();
  const parts = model.stream(ask(FAKE_MODEL), cancel.signal);
  for (const argumentsDelta of ["", `{"path":`]) {
    const next = parts.next();
    await fake.waitFor(holds(1));
    await fake.step();
    const { value } = await next;
    assertEquals(value?.type === "tool_call" && value.argumentsDelta, argumentsDelta);
  }
  const next = parts.next();
  cancel.abort();
  assertEquals(await next, { done: true, value: undefined });
  assertEquals(latest(await fake.waitFor(isIdle))?.end?.how, "cancel_frame");
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
  assertEquals((await fake.stats()).requestCount, 5);
});

Deno.test("LmxWs closes a socket that has not been used for a while", async () => {
  await using fake = await startFakeModel();
  await using model = lmx(fake, {}, null, { idleMs: 50 });
  for (let opened = 1; opened <= 2; opened++) {
    assertEquals((await collect(model.stream(ask(FAKE_MODEL), never()))).at(-1), stop);
    // A busy machine may close one before it is used first.
    await fake.waitFor(({ sockets }) => sockets.opened >= opened && sockets.open === 0);
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
