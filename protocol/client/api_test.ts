import { assert, assertEquals, assertRejects } from "@std/assert";
import { OptaError } from "../error.ts";
import { Api } from "./api.ts";
import type { Endpoint } from "./endpoint.ts";
import { ApiError, DaemonUnreachableError } from "./errors.ts";

const health = {
  status: "ok",
  version: "0.6.0",
  daemonId: "d1",
  contract: { name: "opta-daemon-v3", version: 1 },
  runtime: {
    sessionCount: 1,
    activeTurnCount: 0,
    queuedTurnCount: 0,
    subscriberCount: 0,
    connectionCount: 0,
    eventsAppended: 7,
    eventLoopLagMs: { p50: 0, p99: 1, max: 2 },
    memoryBytes: { rss: 1, heapUsed: 1 },
    modelTraffic: { requests: {}, fallbacks: {}, retries: {} },
    uptimeMs: 1,
  },
};
const deleted = { sessionId: "s1", deleted: true, restorableUntil: null };
const submitted = { turnId: "t1", queued: 0, duplicate: false };
const turn = { clientId: "c1", writerId: "w1", content: "Hello", mode: "chat" } as const;

/** A server that answers one thing, and keeps what it was asked. */
class Answering implements AsyncDisposable {
  readonly requests: { method: string; address: string; token: string | null; body: string }[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(answer: (request: Request) => Response, readonly token: string | null = "t") {
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
      const { pathname, search } = new URL(request.url);
      const token = request.headers.get("authorization");
      this.requests.push({ method: request.method, address: pathname + search, token, body: await request.text() });
      const isAllowed = this.token === null || token === `Bearer ${this.token}`;
      return isAllowed ? answer(request) : refusal(new OptaError("unauthorized", "The token is not valid."));
    });
  }

  get endpoint(): Endpoint {
    return { baseUrl: `http://127.0.0.1:${this.#server.addr.port}`, token: this.token };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }
}

function refusal(error: OptaError): Response {
  return Response.json({ error: error.toBody() }, { status: error.status });
}

/** Gives the endpoints one after another, the last one for ever, and counts how often it was asked. */
function sourceOf(...endpoints: Endpoint[]) {
  const source = (): Promise<Endpoint> => {
    const found = endpoints[Math.min(source.asked++, endpoints.length - 1)];
    assert(found);
    return Promise.resolve(found);
  };
  source.asked = 0;
  return source;
}

/** Where nothing listens. */
async function nowhere(): Promise<Endpoint> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => new Response());
  const { port } = server.addr;
  await server.shutdown();
  return { baseUrl: `http://127.0.0.1:${port}`, token: "t" };
}

Deno.test("call() makes the request that the route table describes [H1]", async () => {
  await using server = new Answering(() => Response.json(submitted));
  const api = new Api(sourceOf(server.endpoint));
  const answer = await api.call("submitTurn", { params: { sessionId: "a b/c" }, body: turn });
  assertEquals(answer, submitted);
  const [request] = server.requests;
  assertEquals(request?.method, "POST");
  assertEquals(request?.address, "/v3/sessions/a%20b%2Fc/turns");
  assertEquals(request?.token, "Bearer t");
  assertEquals(JSON.parse(request?.body ?? ""), turn);
});

Deno.test("call() writes the query, without what is undefined", async () => {
  await using server = new Answering(() => Response.json({ sessions: [], nextCursor: null }));
  await new Api(sourceOf(server.endpoint)).call("listSessions", { query: { text: "a&b", limit: 5, model: undefined } });
  assertEquals(server.requests[0]?.address, "/v3/sessions?text=a%26b&limit=5");
});

Deno.test("call() drops what it does not know of an answer", async () => {
  await using server = new Answering(() => Response.json({ ...health, moon: "full" }));
  assertEquals<unknown>(await new Api(sourceOf(server.endpoint)).call("health"), health);
});

Deno.test("call() sends no token when there is none, as in a browser", async () => {
  await using server = new Answering(() => Response.json(health), null);
  await new Api(sourceOf(server.endpoint)).call("health");
  assertEquals(server.requests[0]?.token, null);
});

Deno.test("callText() gives the answer as it came", async () => {
  await using server = new Answering(() => new Response("opta_sessions 1\n"));
  assertEquals(await new Api(sourceOf(server.endpoint)).callText("prometheus"), "opta_sessions 1\n");
});

Deno.test("call() throws the daemon's error as it is [H2]", async () => {
  const full = new OptaError("queue_full", "20 turns wait.", { retryAfterMs: 500 });
  await using server = new Answering(() => refusal(full));
  const api = new Api(sourceOf(server.endpoint));
  const error = await assertRejects(() => api.call("health"), ApiError, "20 turns wait.");
  const { status, code, retryable, details } = error;
  assertEquals({ status, code, retryable, details }, {
    status: 429,
    code: "queue_full",
    retryable: true,
    details: { retryAfterMs: 500 },
  });
});

Deno.test("call() says so when an answer is not of the contract", async () => {
  await using other = new Answering(() => new Response("<html>", { status: 502 }));
  const foreign = await assertRejects(() => new Api(sourceOf(other.endpoint)).call("health"), ApiError, "502");
  assertEquals([foreign.code, foreign.retryable], ["bad_response", true]);
  await using newer = new Answering(() => Response.json({ ...health, daemonId: 7 }));
  const shape = await assertRejects(() => new Api(sourceOf(newer.endpoint)).call("health"), ApiError, "daemonId");
  assertEquals([shape.code, shape.retryable], ["bad_response", false]);
  await using text = new Answering(() => new Response("ok"));
  await assertRejects(() => new Api(sourceOf(text.endpoint)).call("health"), ApiError, "same version");
});

Deno.test("call() finds the endpoint once and keeps it", async () => {
  await using server = new Answering(() => Response.json(health));
  const source = sourceOf(server.endpoint);
  const api = new Api(source);
  await api.call("health");
  await api.call("health");
  assertEquals(source.asked, 1);
});

Deno.test("call() asks for the endpoint again on 401, and repeats any call: nothing was done", async () => {
  await using server = new Answering(() => Response.json(submitted));
  const source = sourceOf({ ...server.endpoint, token: "old" }, server.endpoint);
  const api = new Api(source);
  assertEquals(await api.call("submitTurn", { params: { sessionId: "s1" }, body: turn }), submitted);
  assertEquals(server.requests.map(({ token }) => token), ["Bearer old", "Bearer t"]);
});

Deno.test("call() gives up on 401 when there is no other endpoint", async () => {
  await using server = new Answering(() => Response.json(health));
  const source = sourceOf({ ...server.endpoint, token: "old" });
  const error = await assertRejects(() => new Api(source).call("health"), ApiError);
  assertEquals([error.status, error.code, server.requests.length, source.asked], [401, "unauthorized", 1, 2]);
});

Deno.test("call() says what to do when the daemon cannot be reached", async () => {
  const endpoint = await nowhere();
  const error = await assertRejects(() => new Api(sourceOf(endpoint)).call("health"), DaemonUnreachableError);
  assert(error.message.includes(endpoint.baseUrl) && error.message.includes("opta daemon start"), error.message);
  assert(error.cause instanceof Error);
});

Deno.test("call() goes to where the daemon is now, when the call may be repeated [S4]", async () => {
  await using server = new Answering(({ method }) => Response.json(method === "DELETE" ? deleted : submitted));
  const gone = await nowhere();
  const target = { params: { sessionId: "s1" } };
  const api = () => new Api(sourceOf(gone, server.endpoint));
  assertEquals<unknown>(await api().call("deleteSession", target), deleted);
  const body = { ...turn, clientTurnId: "ct1" };
  assertEquals(await api().call("submitTurn", { ...target, body }), submitted);
  await assertRejects(() => api().call("submitTurn", { ...target, body: turn }), DaemonUnreachableError);
});

Deno.test("call() that must not be repeated fails, and the next one goes to where the daemon is now", async () => {
  await using server = new Answering(() => Response.json({ ok: true, decision: "allow", decidedBy: "w1" }));
  const api = new Api(sourceOf(await nowhere(), server.endpoint));
  const decide = () => {
    const body = { requestId: "p1", decision: "allow", decidedBy: "w1" } as const;
    return api.call("resolvePermission", { params: { sessionId: "s1", requestId: "p1" }, body });
  };
  await assertRejects(decide, DaemonUnreachableError);
  assertEquals((await decide()).decidedBy, "w1");
  assertEquals(server.requests.length, 1);
});

Deno.test("call() gives up after its time, also when the answer has begun", async () => {
  const stalled = () => new Response(new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("{")) }));
  await using server = new Answering(stalled);
  const api = new Api(sourceOf(server.endpoint));
  await assertRejects(() => api.call("health", { timeoutMs: 50 }), DaemonUnreachableError, "no answer within 0.05 s");
});

Deno.test("call() ends with the reason of its signal", async () => {
  await using server = new Answering(() => Response.json(health));
  const api = new Api(sourceOf(server.endpoint));
  const signal = AbortSignal.abort(new Error("enough"));
  await assertRejects(() => api.call("health", { signal }), Error, "enough");
  const stop = new AbortController();
  const pending = new Api(() => {
    stop.abort(new Error("left"));
    return Promise.resolve(server.endpoint);
  }).call("health", { signal: stop.signal });
  await assertRejects(() => pending, Error, "left");
});
