import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { FAKE_MODEL, startFakeModel, type Stats } from "../../tests/support/mod.ts";
import { LmxModel } from "./lmx_model.ts";
import { MAX_COOLING_MS, MIN_COOLING_MS } from "./lmx_way.ts";
import type { ModelPart } from "./model.ts";
import { placeAt } from "./server_place.ts";
import { ask, collect, never } from "./testing/collect.ts";
import { CuttingProxy } from "./testing/cutting_proxy.ts";
import { failureOf } from "./testing/failure_of.ts";
import { holds, isIdle, latest, stop, text } from "./testing/lmx.ts";
import { DEFAULT_TIMEOUTS, type ModelTimeouts } from "./timeouts.ts";

/** A model on a fake server, with its clock in hand, and why requests went over SSE. */
class Setup implements AsyncDisposable {
  readonly model: LmxModel;
  readonly fallbacks: string[] = [];
  nowMs = 0;

  constructor({ host, port }: { host: string; port: number }, timeouts: Partial<ModelTimeouts> = {}) {
    this.model = new LmxModel({
      place: placeAt({ host, port }, null),
      timeouts: { ...DEFAULT_TIMEOUTS, ...timeouts },
      onFallback: (reason) => this.fallbacks.push(reason),
      now: () => this.nowMs,
    });
  }

  /** The parts of an answer, without usage: it differs by transport. */
  async ask(): Promise<ModelPart[]> {
    const parts = await collect(this.model.stream(ask(FAKE_MODEL), never()));
    return parts.filter(({ type }) => type !== "usage");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.model[Symbol.asyncDispose]();
  }
}

const hello = [text("Hello, world."), stop];
const transports = ({ requests }: Stats) => requests.map(({ transport }) => transport);

function announced(parts: ModelPart[], what: string): void {
  const [first, ...rest] = parts;
  assert(first?.type === "fallback", JSON.stringify(parts));
  assertEquals(first.transport, "sse");
  assertStringIncludes(first.message, `${what}: the answer comes over SSE.`);
  assertEquals(rest, hello);
}

Deno.test("LmxModel answers over the WebSocket while that works", async () => {
  await using fake = await startFakeModel();
  await using lmx = new Setup(fake);
  for (let i = 0; i < 2; i++) {
    assertEquals(lmx.model.transport, "ws");
    assertEquals(await lmx.ask(), hello);
  }
  assertEquals([transports(await fake.stats()), lmx.fallbacks], [["ws", "ws"], []]);
});

Deno.test("LmxModel goes over SSE where there is no WebSocket, says so once, and looks no more until it is found", async () => {
  await using fake = await startFakeModel({ refuseSocket: 426 });
  await using lmx = new Setup(fake);
  announced(await lmx.ask(), "has no WebSocket");
  lmx.nowMs = 2 * MAX_COOLING_MS;
  assertEquals(lmx.model.transport, "sse");
  assertEquals(await lmx.ask(), hello, "nothing but what the transport has said");
  const stats = await fake.stats();
  assertEquals([transports(stats), stats.socketsRefused], [["sse", "sse"], 1]);
  assertEquals(lmx.fallbacks, ["missing", "missing"]);
  await fake.configure({ refuseSocket: null });
  lmx.model.socketFound();
  assertEquals(await lmx.ask(), hello);
  assertEquals(transports(await fake.stats()).at(-1), "ws");
});

Deno.test("LmxModel goes over SSE when the WebSocket is refused, for longer and longer, and back", async () => {
  await using fake = await startFakeModel({ refuseSocket: 503 });
  await using lmx = new Setup(fake);
  announced(await lmx.ask(), "gave no WebSocket");
  assertEquals(lmx.model.transport, "sse");
  assertEquals(await lmx.ask(), hello);
  lmx.nowMs = MIN_COOLING_MS;
  assertEquals(lmx.model.transport, "ws");
  announced(await lmx.ask(), "gave no WebSocket");
  await fake.configure({ refuseSocket: null });
  lmx.nowMs = MIN_COOLING_MS * 2 - 1;
  assertEquals(await lmx.ask(), hello, "for twice as long");
  lmx.nowMs = MIN_COOLING_MS * 3;
  assertEquals(await lmx.ask(), hello);
  assertEquals(transports(await fake.stats()), ["sse", "sse", "sse", "sse", "ws"]);
  assertEquals(lmx.fallbacks, ["refused", "cooling", "refused", "cooling"]);
});

Deno.test("LmxModel asks over SSE, once, when the WebSocket closes without a word", async () => {
  await using fake = await startFakeModel();
  await using lmx = new Setup(fake);
  await fake.script({ transport: "ws", fault: { kind: "drop", after: 0 } });
  announced(await lmx.ask(), "closed its WebSocket before it answered");
  assertEquals(transports(await fake.stats()), ["ws", "sse"]);
  assertEquals(lmx.fallbacks, ["broken"]);

  await fake.script({ transport: "sse", refuse: { status: 500, body: `{"error":{"message":"GPU is gone"}}` } });
  lmx.nowMs = MIN_COOLING_MS;
  const { message } = await failureOf(lmx.model.stream(ask(FAKE_MODEL), never()));
  assertStringIncludes(message, "(HTTP 500): GPU is gone");
  assertEquals(transports(await fake.stats()), ["ws", "sse", "ws", "sse"], "a failure of SSE is the last word");
});

Deno.test("LmxModel replaces a socket that died unnoticed before it goes over SSE", async () => {
  await using fake = await startFakeModel();
  await using lmx = new Setup(fake);
  await lmx.ask();
  await fake.script({ transport: "ws", fault: { kind: "drop", after: 0 }, times: 1 });
  assertEquals(await lmx.ask(), hello);
  assertEquals([transports(await fake.stats()), lmx.fallbacks], [["ws", "ws", "ws"], []]);
});

Deno.test("LmxModel restarts nothing of which a piece has been answered", async () => {
  await using fake = await startFakeModel();
  await using lmx = new Setup(fake);
  await fake.script({ tokens: ["a", "b"], fault: { kind: "drop", after: 1 }, times: 1 });
  const { code, before } = await failureOf(lmx.model.stream(ask(FAKE_MODEL), never()));
  assertEquals([code, before], ["lmx-ws-closed", [text("a")]]);
  assertEquals((await fake.stats()).requestCount, 1);
  assertEquals(await lmx.ask(), hello);
  assertEquals([transports(await fake.stats()), lmx.fallbacks], [["ws", "sse"], ["cooling"]]);
});

Deno.test("LmxModel loses nothing and restarts nothing wherever the connection is cut [lmx 21]", async () => {
  await using fake = await startFakeModel();
  await using proxy = new CuttingProxy(fake);
  const tokens = ["Grüße ", "an ", "alle"];
  await fake.script({ tokens, usage: false });
  const whole = tokens.join("");
  const prefixes = tokens.map((_, i) => tokens.slice(0, i + 1).join(""));
  const outcomes = new Set<string>();
  for (let cut = 0; !outcomes.has("whole"); cut += 11) {
    await using lmx = new Setup(proxy);
    proxy.cutAfter = cut;
    const parts = await lmx.ask();
    const last = parts.at(-1);
    if (lmx.fallbacks.length > 0) {
      assertEquals([parts[0]?.type, ...parts.slice(1)], ["fallback", text(whole), stop], `cut after ${cut} bytes`);
      outcomes.add("over SSE");
    } else if (last?.type === "error") {
      assertEquals(last.failure.code, "lmx-ws-closed", `cut after ${cut} bytes`);
      const said = parts.map((part) => part.type === "text" ? part.text : "").join("");
      assert(prefixes.includes(said), `cut after ${cut} bytes: ${said}`);
      outcomes.add("broken off");
    } else {
      assertEquals(parts, [text(whole), stop], `cut after ${cut} bytes`);
      outcomes.add("whole");
    }
  }
  assertEquals([...outcomes], ["over SSE", "broken off", "whole"]);
});

Deno.test("LmxModel does not ask a server twice that is slow to begin", async () => {
  await using fake = await startFakeModel();
  await using lmx = new Setup(fake, { firstTokenMs: 80 });
  await fake.script({ prefill: "manual" });
  assertEquals((await failureOf(lmx.model.stream(ask(FAKE_MODEL), never()))).code, "first-token-timeout");
  assertEquals((await fake.stats()).requestCount, 1);
  assertEquals(lmx.model.transport, "ws");
});

Deno.test("LmxModel does not go over SSE when nobody is there, or the key is wrong", async () => {
  const fake = await startFakeModel({ apiKey: "secret" });
  await using lmx = new Setup(fake);
  const refused = await failureOf(lmx.model.stream(ask(FAKE_MODEL), never()));
  assertStringIncludes(refused.message, "refused the API key (HTTP 401)");
  assertEquals([refused.before, (await fake.stats()).requestCount], [[], 0]);
  await fake.kill();
  const gone = await failureOf(lmx.model.stream(ask(FAKE_MODEL), never()));
  assertEquals([gone.code, gone.before, gone.again], ["lmx-connection-refused", [], { afterMs: null }]);
  assertEquals(lmx.fallbacks, []);
  assertEquals(lmx.model.transport, "sse", "and the socket is left alone for a while");
  await fake[Symbol.asyncDispose]();
});

Deno.test("LmxModel cancels at the server on either way, and a cancelled request takes no other [C2]", async () => {
  await using fake = await startFakeModel();
  await using lmx = new Setup(fake);
  const cancelInPrefill = async () => {
    const cancel = new AbortController();
    const parts = collect(lmx.model.stream(ask(FAKE_MODEL), cancel.signal));
    await fake.waitFor(holds(1));
    cancel.abort();
    const collected = await parts;
    return [collected.map(({ type }) => type), latest(await fake.waitFor(isIdle))?.end?.how];
  };
  await fake.script({ prefill: "manual", lateHeaders: true });
  assertEquals(await cancelInPrefill(), [[], "socket_closed"]);
  assertEquals(transports(await fake.stats()), ["ws"]);

  await fake.script({ transport: "ws", fault: { kind: "drop", after: 0 } });
  assertEquals(await cancelInPrefill(), [["fallback"], "http_abort"]);
  assertEquals(transports(await fake.stats()), ["ws", "ws", "sse"]);
});
