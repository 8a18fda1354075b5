/** The client library in a real browser, in a page of another origin than the daemon's: what may come in, and what not. */
import { assert, assertEquals } from "@std/assert";
import { Ticket } from "@opta/protocol";
import { Api, hashState, Session } from "@opta/protocol/client";
import { Chromium, hasChromium } from "./support/chromium.ts";
import type { PageClient } from "./support/browser_page.ts";
import { freePort } from "./support/free_port.ts";
import { bundle, servePage } from "./support/serve_page.ts";
import { createSession, soon } from "./support/session.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";

/** In the page; see its script. */
declare const client: PageClient;

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the tests in a browser are left out.");

const pageScript = new URL("./support/browser_page.ts", import.meta.url);

async function issueTicket(daemon: TestDaemon, origin: string): Promise<string> {
  const response = await daemon.post("/v3/tickets", { origin });
  return Ticket.parse(await response.json()).ticket;
}

Deno.test({
  name:
    "the client library is the same in a browser page and in Deno: over WS and SSE, across kill -9 and a new ticket",
  ignore: isMissing,
  async fn() {
    await using server = servePage(await bundle(pageScript));
    const { origin } = server;
    // Paced, so that there is a middle of an answer; the same port again, because a page cannot look for the daemon.
    await using daemon = await startDaemon({ ports: [freePort()], allowedOrigins: [origin], demoPaceMs: 2 });
    const { baseUrl } = daemon;
    await using chromium = await Chromium.launch();
    const sessionId = await createSession(daemon);
    await using native = Session.attach({ endpoint: daemon.endpoint, sessionId, clientId: "deno", writerId: "deno" });
    const tickets = [await issueTicket(daemon, origin)];
    const tokens = [daemon.token];
    const address = `${origin}/?daemon=${baseUrl}`;

    const page = await chromium.context.newPage();
    const attach = () =>
      page.evaluate((id) => Promise.all([client.attach("ws", id), client.attach("sse", id)]), sessionId);
    const hashesAfter = async (turns: number) => {
      const inPage = await page.evaluate(
        (turns) => Promise.all([client.hashAfter("ws", turns), client.hashAfter("sse", turns)]),
        turns,
      );
      return [...inPage, await hashState(await native.until((state) => state.turns.length === turns, soon()))];
    };

    await page.goto(`${address}#ticket=${tickets[0]}`);
    await attach();
    assertEquals(page.url(), address, "the ticket is out of the address");
    assertEquals(await page.evaluate("document.cookie"), "", "no script can read the cookie");
    await page.evaluate(() => client.submit("ws", "count to 5"));
    await page.evaluate(() => client.submit("sse", "think aloud, then echo naïve 😀"));
    await native.submit("echo from Deno", { signal: soon() });
    assertEquals(new Set(await hashesAfter(3)).size, 1);

    await page.evaluate(() => client.submit("ws", "count to 2000"));
    await page.evaluate(() => client.answering("sse"));
    await daemon.kill("SIGKILL");
    const submits = page.evaluate(() =>
      Promise.all([client.submit("ws", "echo meanwhile"), client.submit("sse", "echo meanwhile too")])
    );
    await daemon.restart();
    tokens.push(daemon.token);
    assertEquals(daemon.baseUrl, baseUrl);
    await page.evaluate(() => client.ticketWanted());
    tickets.push(await issueTicket(daemon, origin));
    await page.goto(`${address}#ticket=${tickets[1]}`); // the same page: only the fragment differs
    await submits;
    assertEquals(new Set(await hashesAfter(6)).size, 1);
    const ends = native.state.turns.map(({ end }) => end?.kind === "error" ? end.code : end?.finishReason);
    assertEquals(ends, ["stop", "stop", "stop", "interrupted", "stop", "stop"]);

    await page.reload(); // comes in by its cookie
    await attach();
    assertEquals(new Set(await hashesAfter(6)).size, 1);

    const { addresses, uncaught } = chromium;
    const redeems = addresses.filter((url) => url.endsWith("/v3/tickets/redeem"));
    assertEquals(redeems.length, 2, "one ticket for all sessions of the page");
    const paths = new Set(addresses.map((url) => new URL(url).pathname));
    assert(paths.isSupersetOf(new Set(["/v3/ws", "/v3/sse/events", `/v3/sessions/${sessionId}/turns`])));
    assertEquals(addresses.filter((url) => [...tokens, ...tickets].some((secret) => url.includes(secret))), []);
    assertEquals(uncaught, []);
  },
});

/** Runs in a page: which doors of the daemon it finds open. */
async function tryDoors(
  { baseUrl, sessionId, ticket }: { baseUrl: string; sessionId: string; ticket: string },
): Promise<Record<string, number | string>> {
  const call = async (path: string, init?: RequestInit) => {
    try {
      return (await fetch(baseUrl + path, { credentials: "include", ...init })).status;
    } catch {
      return "shut";
    }
  };
  const post = (path: string, body: unknown) =>
    call(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const open = (source: WebSocket | EventSource) =>
    new Promise<string>((resolve) => {
      source.onopen = () => resolve("open");
      source.onerror = () => resolve("shut");
    }).finally(() => source.close());
  const follow = `sessionId=${sessionId}&afterSeq=0&clientId=page`;
  return {
    health: await call("/v3/health"),
    sessions: await call("/v3/sessions"),
    turn: await post(`/v3/sessions/${sessionId}/turns`, {
      ...{ clientId: "page", writerId: location.host, content: "echo hello", mode: "chat" },
    }),
    redeem: await post("/v3/tickets/redeem", { ticket }),
    webSocket: await open(new WebSocket(`${baseUrl.replace("http", "ws")}/v3/ws?${follow}`)),
    eventSource: await open(new EventSource(`${baseUrl}/v3/sse/events?${follow}`, { withCredentials: true })),
  };
}

/** Runs in a page: asks without leave, as any page may, and looks whether the answer can be read. */
async function askBlindly({ baseUrl, sessionId }: { baseUrl: string; sessionId: string }) {
  const body = JSON.stringify({ clientId: "page", writerId: location.host, content: "echo hello", mode: "chat" });
  const init: RequestInit = { mode: "no-cors", credentials: "include" };
  const posted = fetch(`${baseUrl}/v3/sessions/${sessionId}/turns`, { ...init, method: "POST", body });
  const read = fetch(`${baseUrl}/v3/sessions`, init).then((response) => response.text());
  return (await Promise.allSettled([posted, read])).map((outcome) =>
    outcome.status === "rejected" ? "shut" : outcome.value
  );
}

Deno.test({
  name:
    "a page of an origin that is not allowed reads nothing and does nothing, whatever cookie its browser has [security 2]",
  ignore: isMissing,
  async fn() {
    await using allowed = servePage("");
    await using hostile = servePage("");
    await using daemon = await startDaemon({ allowedOrigins: [allowed.origin] });
    const { baseUrl } = daemon;
    await using chromium = await Chromium.launch();
    const sessionId = await createSession(daemon);
    const page = await chromium.context.newPage();
    const visit = async (origin: string) => {
      await page.goto(origin);
      const ticket = await issueTicket(daemon, allowed.origin);
      return await page.evaluate(tryDoors, { baseUrl, sessionId, ticket });
    };

    const first = await visit(allowed.origin);
    assertEquals([first.health, first.sessions, first.redeem, first.webSocket], [200, 401, 200, "open"]);
    const [cookie] = await chromium.context.cookies();
    assertEquals([cookie?.httpOnly, cookie?.sameSite], [true, "Strict"]);
    const open = { health: 200, sessions: 200, turn: 202, redeem: 200, webSocket: "open", eventSource: "open" };
    assertEquals(await visit(allowed.origin), open);

    const shut = Object.fromEntries(Object.keys(open).map((door) => [door, "shut"]));
    const sameSite = hostile.origin; // as far from the daemon as the allowed one: the browser sends the cookie along
    const otherName = `http://localhost:${allowed.port}`; // of the very page that is allowed
    for (const origin of [sameSite, otherName]) {
      assertEquals(await visit(origin), shut, origin);
      assertEquals(await page.evaluate(askBlindly, { baseUrl, sessionId }), ["shut", "shut"], origin);
    }
    const { events } = await new Api(daemon.endpoint).call("readEvents", { params: { sessionId } });
    const queued = events.filter(({ event }) => event === "turn.queued");
    assertEquals(queued.length, 1, "the turn of the allowed page alone");
  },
});
