import { assertEquals, assertRejects } from "@std/assert";
import { OptaError } from "@opta/protocol";
import { DaemonUnreachableError } from "@opta/protocol/client";
import { idleRuntime } from "../protocol/testing/idle_runtime.ts";
import { SignIn, type SignInState, type SignInWindow } from "./sign_in.ts";

const never = new AbortController().signal;

/** A daemon as the pages of one browser meet it; it remembers in the place of their cookie whether that is good. */
class TicketDaemon implements AsyncDisposable {
  knowsCookie = false;
  readonly calls: string[] = [];
  readonly #tickets = new Set<string>();
  readonly #server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => this.#answer(request),
  );

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  issue(...tickets: string[]): void {
    for (const ticket of tickets) this.#tickets.add(ticket);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    const body = await request.text();
    this.calls.push(name);
    if (name === "redeem") {
      if (!this.#tickets.delete(JSON.parse(body).ticket)) return refuse("The ticket is spent.");
      this.knowsCookie = true;
      return Response.json({ ok: true });
    }
    if (!this.knowsCookie) return refuse("Who are you?");
    return Response.json({ daemonId: "d1", runtime: idleRuntime, ts: "" });
  }
}

function refuse(message: string): Response {
  return Response.json({ error: new OptaError("unauthorized", message).toBody() }, { status: 401 });
}

/** A tab: its address, and what the browser keeps. */
class Tab implements SignInWindow {
  readonly location;
  readonly stored = new Map<string, string>();
  readonly addresses: string[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(origin: string, hash = "") {
    this.location = { origin, pathname: "/", search: "", hash };
  }

  readonly localStorage = {
    getItem: (key: string) => this.stored.get(key) ?? null,
    setItem: (key: string, value: string) => void this.stored.set(key, value),
  };

  readonly history = {
    state: null,
    replaceState: (_state: unknown, _unused: string, url?: string | URL | null) => {
      this.addresses.push(String(url));
      this.location.hash = new URL(String(url), this.location.origin).hash;
    },
  };

  open(hash: string): void {
    this.location.hash = hash;
    for (const listener of this.#listeners) listener();
  }

  addEventListener(_type: "hashchange", listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_type: "hashchange", listener: () => void): void {
    this.#listeners.delete(listener);
  }
}

/** Resolves when the page waits for a ticket. */
function ticketWanted({ state }: SignIn): Promise<SignInState> {
  const { promise, resolve } = Promise.withResolvers<SignInState>();
  const look = () => state.get().kind === "ticket-wanted" && resolve(state.get());
  const stop = state.subscribe(look);
  look();
  return promise.finally(stop);
}

Deno.test("SignIn takes the ticket out of the address at once, and keeps only the name [security 3]", async () => {
  await using daemon = new TicketDaemon();
  daemon.issue("a");
  const tab = new Tab(daemon.origin, "#ticket=a&name=ann&session=s1");
  using signIn = new SignIn(tab);
  assertEquals(tab.addresses, ["/#session=s1"]);
  assertEquals(await signIn.endpoint(never), { baseUrl: daemon.origin, token: null });
  assertEquals(signIn.state.get(), { kind: "signed-in" });
  assertEquals(signIn.writerId, "ann (web)");
  assertEquals([...tab.stored], [["opta.name", "ann"]]);
  assertEquals(daemon.calls, ["metrics", "redeem", "metrics"]);
});

Deno.test("SignIn waits when a ticket is no good, says why, and goes on with the next", async () => {
  await using daemon = new TicketDaemon();
  daemon.issue("b");
  const tab = new Tab(daemon.origin, "#ticket=spent&name=mallory");
  using signIn = new SignIn(tab);
  const endpoint = signIn.endpoint(never);
  assertEquals(await ticketWanted(signIn), { kind: "ticket-wanted", problem: "The ticket is spent." });
  assertEquals(signIn.writerId, "browser (web)", "such a ticket brings no name");
  tab.open("#ticket=b&name=ann");
  await endpoint;
  assertEquals(tab.addresses, ["/", "/"]);
  assertEquals(signIn.writerId, "ann (web)");
});

Deno.test("SignIn uses a ticket that it has no need of, for somebody waits for that", async () => {
  await using daemon = new TicketDaemon();
  daemon.issue("a");
  daemon.knowsCookie = true;
  using signIn = new SignIn(new Tab(daemon.origin, "#ticket=a&name=ann"));
  await signIn.endpoint(never);
  assertEquals(daemon.calls.toSorted(), ["metrics", "metrics", "redeem"]);
  assertEquals(signIn.writerId, "ann (web)");
});

Deno.test("SignIn comes in when another tab of the browser does", async () => {
  await using daemon = new TicketDaemon();
  daemon.issue("a");
  using first = new SignIn(new Tab(daemon.origin));
  const waiting = first.endpoint(never);
  await ticketWanted(first);
  using second = new SignIn(new Tab(daemon.origin, "#ticket=a"));
  await second.endpoint(never);
  await waiting;
  assertEquals(first.state.get(), { kind: "signed-in" });
  assertEquals(daemon.calls.filter((call) => call === "redeem").length, 1);
});

Deno.test("SignIn wants a ticket again after the daemon has restarted", async () => {
  await using daemon = new TicketDaemon();
  daemon.issue("a", "b");
  const tab = new Tab(daemon.origin, "#ticket=a");
  using signIn = new SignIn(tab);
  await signIn.endpoint(never);
  daemon.knowsCookie = false;
  const again = signIn.endpoint(never);
  await ticketWanted(signIn);
  tab.open("#ticket=b");
  await again;
  assertEquals(signIn.state.get(), { kind: "signed-in" });
});

Deno.test("SignIn uses a ticket at once, also when nobody asks for anything", async () => {
  await using daemon = new TicketDaemon();
  daemon.issue("a");
  const tab = new Tab(daemon.origin);
  using signIn = new SignIn(tab);
  tab.open("#ticket=a");
  const { promise, resolve } = Promise.withResolvers<void>();
  signIn.state.subscribe(() => signIn.state.get().kind === "signed-in" && resolve());
  await promise;
  assertEquals(daemon.calls, ["metrics", "redeem"]);
});

Deno.test("SignIn fails when there is no daemon: whoever asked tries again", async () => {
  const daemon = new TicketDaemon();
  const { origin } = daemon;
  await daemon[Symbol.asyncDispose]();
  using signIn = new SignIn(new Tab(origin, "#ticket=a"));
  await assertRejects(() => signIn.endpoint(never), DaemonUnreachableError);
  assertEquals(signIn.state.get().kind, "checking");
});
