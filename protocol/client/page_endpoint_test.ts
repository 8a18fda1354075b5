import { assertEquals, assertRejects } from "@std/assert";
import { type ErrorCode, OptaError } from "../error.ts";
import { idleRuntime } from "../testing/idle_runtime.ts";
import { Api } from "./api.ts";
import { ApiError, DaemonUnreachableError } from "./errors.ts";
import { pageEndpoint } from "./page_endpoint.ts";

const never = new AbortController().signal;

/** A daemon as a page meets it. There is one browser, and the daemon remembers in its place whether the cookie is good. */
class TicketDaemon implements AsyncDisposable {
  /** What it says to a cookie, when that is not good. */
  refusal: ErrorCode | null = "unauthorized";
  /** What was called, in order. */
  readonly calls: string[] = [];
  readonly #tickets = new Set<string>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    this.#server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => this.#answer(request));
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  issue(ticket: string): string {
    this.#tickets.add(ticket);
    return ticket;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    this.calls.push(name);
    const body = await request.text();
    if (name === "redeem") {
      if (!this.#tickets.delete(JSON.parse(body).ticket)) return refuse("unauthorized");
      this.refusal = null;
      return Response.json({ ok: true });
    }
    if (this.refusal) return refuse(this.refusal);
    if (name === "metrics") return Response.json({ daemonId: "d1", runtime: idleRuntime, ts: "" });
    return Response.json({ cancelled: 1, cancelledQueued: 0, cancelledActive: 1 });
  }
}

function refuse(code: ErrorCode): Response {
  const error = new OptaError(code, "No.");
  return Response.json({ error: error.toBody() }, { status: error.status });
}

/** Gives these tickets one after another. */
function giving(...tickets: string[]) {
  return () => Promise.resolve(tickets.shift() ?? "none is left");
}

for (const refusal of ["unauthorized", "forbidden_origin", "too_many_attempts"] as const) {
  Deno.test(`pageEndpoint() exchanges a ticket when the cookie is refused with ${refusal}`, async () => {
    await using daemon = new TicketDaemon();
    daemon.refusal = refusal;
    const source = pageEndpoint({ baseUrl: daemon.baseUrl, ticket: giving(daemon.issue("a")) });
    assertEquals(await source(never), { baseUrl: daemon.baseUrl, token: null });
    assertEquals(daemon.calls, ["metrics", "redeem"]);
  });
}

Deno.test("pageEndpoint() asks for no ticket while the cookie is good", async () => {
  await using daemon = new TicketDaemon();
  daemon.refusal = null;
  const source = pageEndpoint({ baseUrl: daemon.baseUrl, ticket: giving() });
  assertEquals(await source(never), await source(never));
  assertEquals(daemon.calls, ["metrics", "metrics"]);
});

Deno.test("pageEndpoint() signs all who ask at once in by one ticket", async () => {
  await using daemon = new TicketDaemon();
  const source = pageEndpoint({ baseUrl: daemon.baseUrl, ticket: giving(daemon.issue("a")) });
  await Promise.all([source(never), source(never), source(never)]);
  assertEquals(daemon.calls, ["metrics", "redeem", "metrics", "metrics"]);
});

Deno.test("pageEndpoint() lets a call go on that a restarted daemon has refused", async () => {
  await using daemon = new TicketDaemon();
  const ticket = giving(daemon.issue("a"), daemon.issue("b"));
  const api = new Api(pageEndpoint({ baseUrl: daemon.baseUrl, ticket }));
  const cancel = () => api.call("cancelTurns", { params: { sessionId: "s1" }, body: {} });
  await cancel();
  daemon.refusal = "unauthorized"; // it has restarted
  assertEquals((await cancel()).cancelled, 1);
  assertEquals(daemon.calls, ["metrics", "redeem", "cancel", "cancel", "metrics", "redeem", "cancel"]);
});

Deno.test("pageEndpoint() fails with a spent ticket, and asks for another one the next time", async () => {
  await using daemon = new TicketDaemon();
  const source = pageEndpoint({ baseUrl: daemon.baseUrl, ticket: giving("spent", daemon.issue("a")) });
  const error = await assertRejects(() => source(never), ApiError);
  assertEquals(error.code, "unauthorized");
  await source(never);
});

Deno.test("pageEndpoint() looks at the cookie again when another page has signed in", async () => {
  await using daemon = new TicketDaemon();
  const source = pageEndpoint({
    baseUrl: daemon.baseUrl,
    ticket() {
      daemon.refusal = null;
      return Promise.resolve(null);
    },
  });
  await source(never);
  assertEquals(daemon.calls, ["metrics", "metrics"]);
});

Deno.test("pageEndpoint() spends no ticket on a daemon that is away", async () => {
  const daemon = new TicketDaemon();
  const { baseUrl } = daemon;
  await daemon[Symbol.asyncDispose]();
  let asked = 0;
  const ticket = () => Promise.resolve(`ticket ${++asked}`);
  await assertRejects(() => pageEndpoint({ baseUrl, ticket })(never), DaemonUnreachableError);
  assertEquals(asked, 0);
});

Deno.test("pageEndpoint() lets go who waits for a ticket, or for another who does; the next one gets it", async () => {
  await using daemon = new TicketDaemon();
  const asked = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<string>();
  const ticket = (signal: AbortSignal) => {
    asked.resolve();
    const gaveUp = Promise.withResolvers<string>();
    signal.addEventListener("abort", () => gaveUp.reject(signal.reason), { once: true });
    return Promise.race([opened.promise, gaveUp.promise]);
  };
  const source = pageEndpoint({ baseUrl: daemon.baseUrl, ticket });
  const [first, second] = [new AbortController(), new AbortController()];
  const waiting = source(first.signal);
  const behind = source(second.signal);
  const last = source(never);
  await asked.promise;
  second.abort(new Error("second"));
  await assertRejects(() => behind, Error, "second");
  first.abort(new Error("first"));
  await assertRejects(() => waiting, Error, "first");
  opened.resolve(daemon.issue("a"));
  await last;
  assertEquals(daemon.calls, ["metrics", "metrics", "redeem"]);
});
