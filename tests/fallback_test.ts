/**
 * The client library on the real daemon, with something in between that breaks WebSockets: it goes over to SSE and back by
 * itself, and whatever happens on the way it has seen each event once, in order, and ends with the state of all others.
 */
import { assertEquals } from "@std/assert";
import { type Endpoint, hashState, Session, type SessionChange } from "@opta/protocol/client";
import fc from "fast-check";
import { fastClock } from "../protocol/client/testing/clocks.ts";
import { createSession, soon } from "./support/session.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";
import { startFakeModel } from "./support/start_fake_model.ts";
import { TcpProxy, type WebSocketFate } from "./support/tcp_proxy.ts";

/** How much faster the client's time goes: 40 s of silence are 4 s of the test's. */
const SPEED = 10;
/** Enough for the order of faults to differ, few enough for every run of the suite. */
const RUNS = 4;

/** A turn that streams until it is cancelled, watched through the proxy by `near` and past it by `far`. */
async function streaming(run: (parts: { near: Watched; far: Session; proxy: TcpProxy }) => Promise<void>) {
  await using fake = await startFakeModel();
  await fake.script({ tokens: 100_000, pace: 100 });
  await using daemon = await startDaemon({ modelUrl: fake.url, provider: "openai" });
  const sessionId = await createSession(daemon);
  await using proxy = new TcpProxy({ hostname: daemon.state.host, port: daemon.state.port });
  await using far = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "far", writerId: "far" });
  await far.submit("go on and on", { signal: soon() });
  await using near = watch(daemon, proxy, sessionId);
  await run({ near, far, proxy });
  await far.cancel({}, soon());
  const ended = await far.until(({ active, queue }) => active === null && queue.length === 0, soon());
  await near.session.until((state) => state.seq >= ended.seq, soon());
  assertEquals(near.seqs, Array.from({ length: near.session.state.seq }, (_, i) => i + 1), "each event once, in order");
  assertEquals(await hashState(near.session.state), await hashState(far.state));
}

interface Watched extends AsyncDisposable {
  session: Session;
  /** The numbers of all events that it has told of. */
  seqs: number[];
  /** Its connections: `live ws`, `waiting` … */
  connections: string[];
  /** Resolves once it is live over this transport and something has come over it. */
  streamsOver(transport: "ws" | "sse"): Promise<void>;
}

function watch(daemon: TestDaemon, proxy: TcpProxy, sessionId: string): Watched {
  const endpoint = (): Promise<Endpoint> => Promise.resolve({ baseUrl: proxy.baseUrl, token: daemon.token });
  const who = { clientId: "near", writerId: "near" };
  const session = Session.attach({ endpoint, sessionId, ...who, snapshot: false, clock: fastClock(SPEED) });
  const seqs: number[] = [];
  const connections: string[] = [];
  const isLiveOver = (transport: string) =>
    session.connection.kind === "live" && session.connection.transport === transport;
  session.subscribe((change: SessionChange) => {
    if (change.kind === "event") seqs.push(change.event.seq);
    else if (change.kind === "connection") {
      const { connection } = change;
      connections.push("transport" in connection ? `${connection.kind} ${connection.transport}` : connection.kind);
    }
  });
  return {
    session,
    seqs,
    connections,
    async streamsOver(transport) {
      const signal = soon();
      let since: number | null = null; // counted anew whenever it is not live over it
      await session.until(({ seq }) => {
        since = isLiveOver(transport) ? since ?? seq : null;
        return since !== null && seq > since;
      }, signal);
    },
    [Symbol.asyncDispose]: () => session.close(),
  };
}

for (const fate of ["refuse", "swallow", "mute"] as const) {
  Deno.test(`a client whose WebSockets meet "${fate}" streams over SSE, acts, and goes over to the WebSocket when it passes`, async () => {
    await streaming(async ({ near, proxy }) => {
      proxy.webSockets = fate;
      proxy.cut();
      await near.streamsOver("sse");
      await near.session.submit("and this", { signal: soon() });
      const told = near.connections.length;
      proxy.webSockets = "pass";
      await near.streamsOver("ws");
      assertEquals(
        near.connections.slice(told),
        ["live ws"],
        "the stream was not left before the WebSocket had taken over",
      );
      await near.session.submit("and that", { signal: soon() });
    });
  });
}

Deno.test("a WebSocket that worked, is cut and then blocked leads to SSE, as often as that happens", async () => {
  await streaming(async ({ near, proxy }) => {
    for (let round = 0; round < 2; round++) {
      await near.streamsOver("ws");
      proxy.webSockets = "refuse";
      proxy.cut("web sockets");
      await near.streamsOver("sse");
      proxy.webSockets = "pass";
    }
    await near.streamsOver("ws");
  });
});

Deno.test("an open WebSocket that stalls is left, and what came meanwhile is there", async () => {
  await streaming(async ({ near, proxy }) => {
    await near.streamsOver("ws");
    const handshakes = proxy.handshakes;
    proxy.stallWebSockets();
    await near.session.until(() => proxy.handshakes > handshakes, soon());
    await near.streamsOver("ws");
  });
});

Deno.test("where WebSockets never work the event stream is left alone, and the WebSocket is asked for less and less", async () => {
  await streaming(async ({ near, proxy }) => {
    proxy.webSockets = "refuse";
    proxy.cut();
    await near.streamsOver("sse");
    const [handshakes, told] = [proxy.handshakes, near.connections.length];
    await near.session.until(() => proxy.handshakes >= handshakes + 3, soon());
    assertEquals(near.connections.slice(told), []);
  });
});

Deno.test("whatever is done to its connections, a client has seen each event once, and ends like all others", async () => {
  const steps = fc.oneof(
    fc.constantFrom<WebSocketFate>("pass", "refuse", "swallow", "mute"),
    fc.constantFrom("cut" as const, "cut web sockets" as const, "stall" as const, "stream" as const),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 8 }), async (steps) => {
      await streaming(async ({ near, proxy }) => {
        for (const step of steps) {
          if (step === "cut") proxy.cut();
          else if (step === "cut web sockets") proxy.cut("web sockets");
          else if (step === "stall") proxy.stallWebSockets();
          else if (step !== "stream") proxy.webSockets = step;
          const { seq } = near.session.state;
          await near.session.until((state) => state.seq > seq, soon());
        }
        proxy.webSockets = "pass";
        await near.streamsOver("ws");
      });
    }),
    { numRuns: RUNS },
  );
});
