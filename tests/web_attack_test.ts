/** What hostile pages in the same browser can do to the daemon and its page: nothing. In a real Chromium. */
import { Ticket } from "@opta/protocol";
import { Api } from "@opta/protocol/client";
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { builtPage } from "./support/built_page.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import type { Dom, DomElement, DomWindow } from "./support/dom.ts";
import { freePort } from "./support/free_port.ts";
import { HostileSite } from "./support/hostile_site.ts";
import { createSession } from "./support/session.ts";
import { startDaemon, type TestDaemon } from "./support/start_daemon.ts";

/** In pages. */
declare const document: Dom;
declare const isSecureContext: boolean;
declare const opener: unknown;
declare const origin: string;
declare function open(url: string): DomWindow;
declare const opened: DomWindow;

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the attacks in a browser are left out.");

const EVIL = "evil.example";

function inChromium(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: isMissing, fn });
}

/** A daemon that has a page with a name of its own. */
async function startWithPage(): Promise<TestDaemon & { pageOrigin: string }> {
  await builtPage();
  const daemon = await startDaemon({ ports: [freePort()] });
  const { pageOrigin } = daemon.state;
  assert(pageOrigin !== undefined, "the page has a name of its own");
  return Object.assign(daemon, { pageOrigin });
}

async function issueTicket(daemon: TestDaemon, origin: string): Promise<string> {
  const response = await daemon.post("/v3/tickets", { origin });
  return Ticket.parse(await response.json()).ticket;
}

/** Runs in a page of the daemon: exchanges a ticket for the cookie. */
async function redeem(ticket: string): Promise<number> {
  const body = JSON.stringify({ ticket });
  const headers = { "content-type": "application/json" };
  const response = await fetch("/v3/tickets/redeem", { method: "POST", headers, body });
  return response.status;
}

/** Runs in a page of the daemon: whether its cookie is good. */
async function statusOfSessions(): Promise<number> {
  return (await fetch("/v3/sessions")).status;
}

/** A page of the daemon that is signed in. The icon is there in every state of it, and runs nothing. */
async function signedIn(chromium: Chromium, daemon: TestDaemon & { pageOrigin: string }): Promise<Page> {
  const page = await chromium.context.newPage();
  await page.goto(daemon.pageOrigin);
  assertEquals(await page.evaluate(redeem, await issueTicket(daemon, daemon.pageOrigin)), 200);
  assertEquals(await page.evaluate(statusOfSessions), 200);
  return page;
}

async function sessionIds(daemon: TestDaemon): Promise<string[]> {
  const { sessions } = await new Api(daemon.endpoint).call("listSessions");
  return sessions.map(({ sessionId }) => sessionId);
}

inChromium("the page loads its own files and nothing else, and breaks none of its own rules", async () => {
  await using daemon = await startWithPage();
  await using chromium = await Chromium.launch();
  const page = await chromium.context.newPage();
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  const response = await page.goto(daemon.pageOrigin);
  await page.waitForFunction(() => document.getElementById("root")?.childElementCount !== 0);
  assertEquals(response?.status(), 200);
  const foreign = chromium.addresses.filter((address) => !address.startsWith(`${daemon.pageOrigin}/`));
  assertEquals(foreign.filter((address) => !address.startsWith(daemon.pageOrigin.replace("http", "ws"))), []);
  assertEquals(said.filter((text) => /policy|trusted/i.test(text)), []);
  assertEquals(chromium.uncaught, []);
  assert(await page.evaluate(() => isSecureContext && opener === null), "the clipboard is there");
  assertEquals(
    await page.evaluate(() => {
      try {
        document.body.innerHTML = "<img src=x onerror=globalThis.ran=true>";
        return "taken";
      } catch (error) {
        return error instanceof TypeError ? "refused" : String(error);
      }
    }),
    "refused",
    "no string becomes markup",
  );
});

inChromium("a name that was made to lead to this machine shows and does nothing [security 1]", async () => {
  await using daemon = await startWithPage();
  await using chromium = await Chromium.launch({ hosts: [EVIL] });
  await signedIn(chromium, daemon);
  const page = await chromium.context.newPage();
  const address = `http://${EVIL}:${daemon.state.port}/`;
  const response = await page.goto(address);
  assertEquals([response?.status(), (await response?.json())?.error.code], [403, "forbidden_host"]);
  // The attacker's own page came from elsewhere, before the name was turned round, and is under no policy.
  const protocol = await chromium.context.newCDPSession(page);
  await protocol.send("Page.setBypassCSP", { enabled: true });
  await page.goto(address);
  assertEquals(await page.evaluate(statusOfSessions), 403);
  assertEquals(await page.evaluate(redeem, await issueTicket(daemon, daemon.pageOrigin)), 403);
  const socket = await page.evaluate(() =>
    new Promise((resolve) => {
      const socket = new WebSocket(`ws://${location.host}/v3/ws`);
      socket.onopen = () => resolve("open");
      socket.onerror = () => resolve("shut");
    })
  );
  assertEquals(socket, "shut");
});

/** Runs in a hostile page: everything that it may send without being asked, and what it comes to know of it. */
async function tryAll({ daemon, sessionId }: { daemon: string; sessionId: string }): Promise<Record<string, string>> {
  const outcomes: Record<string, string> = {};
  const url = (path: string) => daemon + path;
  const turn = JSON.stringify({ clientId: "c", writerId: "mallory", content: "echo gotcha", mode: "chat" });
  const ask = async (name: string, path: string, init: RequestInit) => {
    outcomes[name] = await fetch(url(path), { credentials: "include", ...init }).then(
      async (response) => `${response.type} ${await response.text()}`.trim(),
      () => "shut",
    );
  };
  const blind = { mode: "no-cors" } as const;
  const turns = `/v3/sessions/${sessionId}/turns`;
  await ask("read", "/v3/sessions", {});
  await ask("read blindly", "/v3/sessions", blind);
  await ask("health", "/v3/health", {});
  await ask("JSON", turns, { method: "POST", headers: { "content-type": "application/json" }, body: turn });
  await ask("text", turns, { ...blind, method: "POST", body: turn });
  await ask("beacon", turns, {
    ...blind,
    method: "POST",
    body: new Blob([turn], { type: "text/plain" }),
    keepalive: true,
  });
  await ask("form", turns, { ...blind, method: "POST", body: new URLSearchParams({ content: "gotcha" }) });
  await ask("delete", `/v3/sessions/${sessionId}`, { method: "DELETE" });
  const opened = (name: string, source: EventTarget & { close(): void }) =>
    new Promise<void>((resolve) => {
      const end = (outcome: string) => {
        outcomes[name] = outcome;
        source.close();
        resolve();
      };
      source.addEventListener("open", () => end("open"));
      source.addEventListener("error", () => end("shut"));
    });
  const follow = `sessionId=${sessionId}&afterSeq=0&clientId=c`;
  await opened("WebSocket", new WebSocket(`${url("/v3/ws").replace("http", "ws")}?${follow}`));
  await opened("EventSource", new EventSource(url(`/v3/sse/events?${follow}`), { withCredentials: true }));
  const loaded = (name: string, tag: string, attributes: Record<string, string>) =>
    new Promise<void>((resolve) => {
      const end = (outcome: string) => {
        outcomes[name] = outcome;
        resolve();
      };
      const element: DomElement = document.createElement(tag);
      for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
      element.onload = () => end("loaded");
      element.onerror = () => end("shut");
      document.body.append(element);
    });
  await loaded("script", "script", { src: url("/v3/sessions") });
  await loaded("picture", "img", { src: url("/v3/sessions") });
  await loaded("style", "link", { rel: "stylesheet", href: url("/v3/sessions") });
  return outcomes;
}

/** What a hostile page is to find. */
const allShut = {
  ...{ read: "shut", "read blindly": "shut", health: "shut", JSON: "shut", delete: "shut" },
  ...{ text: "shut", beacon: "shut", form: "shut" },
  ...{ WebSocket: "shut", EventSource: "shut", script: "shut", picture: "shut", style: "shut" },
};

inChromium(
  "a page of another site, of another port of the same name, or of no origin does nothing [security 2]",
  async () => {
    await using daemon = await startWithPage();
    await using site = new HostileSite();
    await using chromium = await Chromium.launch({ hosts: [EVIL] });
    await signedIn(chromium, daemon);
    const sessionId = await createSession(daemon);
    const before = await sessionIds(daemon);
    const page = await chromium.context.newPage();
    const { hostname } = new URL(daemon.pageOrigin);
    const homes = [
      `http://${EVIL}:${site.port}/`,
      `http://${hostname}:${site.port}/`,
      `http://localhost:${site.port}/`,
    ];
    for (const home of homes) {
      await page.goto(home);
      for (const target of [daemon.pageOrigin, daemon.baseUrl]) {
        assertEquals(await page.evaluate(tryAll, { daemon: target, sessionId }), allShut, `${home} → ${target}`);
      }
    }
    await page.goto(homes[0] ?? "");
    await page.evaluate(() => {
      const frame = document.createElement("iframe");
      frame.setAttribute("sandbox", "allow-scripts");
      frame.setAttribute("srcdoc", "<!doctype html><title>no origin</title>");
      document.body.append(frame);
      return new Promise<void>((resolve) => frame.onload = resolve);
    });
    const nobody = page.frames().find((frame) => frame !== page.mainFrame());
    assertEquals(await nobody?.evaluate(() => origin), "null");
    assertEquals(await nobody?.evaluate(tryAll, { daemon: daemon.pageOrigin, sessionId }), allShut);

    const { events } = await new Api(daemon.endpoint).call("readEvents", { params: { sessionId } });
    assertEquals(events.filter(({ event }) => event === "turn.queued"), []);
    assertEquals(await sessionIds(daemon), before);
  },
);

inChromium("a form of another site changes nothing, whatever it is encoded as [security 2]", async () => {
  await using daemon = await startWithPage();
  await using site = new HostileSite();
  await using chromium = await Chromium.launch({ hosts: [EVIL] });
  await signedIn(chromium, daemon);
  const before = await sessionIds(daemon);
  const { hostname } = new URL(daemon.pageOrigin);
  for (const host of [EVIL, hostname]) {
    for (const enctype of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]) {
      site.pages.set(
        "/form",
        `<form method="post" enctype="${enctype}" action="${daemon.pageOrigin}/v3/sessions">` +
          `<input name='{"title":"' value='gotcha"}'></form>`,
      );
      const page = await chromium.context.newPage();
      await page.goto(`http://${host}:${site.port}/form`);
      const [response] = await Promise.all([
        page.waitForResponse((response) => response.request().method() === "POST"),
        page.evaluate(() => document.forms[0]?.submit()),
      ]);
      assertEquals(response.status(), 403, `${host} ${enctype}`);
    }
  }
  assertEquals(await sessionIds(daemon), before);
});

inChromium("the page is in no frame, and who opens it holds nothing of it [security 9]", async () => {
  await using daemon = await startWithPage();
  await using site = new HostileSite();
  await using chromium = await Chromium.launch({ hosts: [EVIL] });
  await signedIn(chromium, daemon);
  const page = await chromium.context.newPage();
  const { hostname } = new URL(daemon.pageOrigin);
  for (const host of [EVIL, hostname]) {
    await page.goto(`http://${host}:${site.port}/`);
    await page.evaluate((src) => {
      const frame = document.createElement("iframe");
      frame.setAttribute("src", src);
      document.body.append(frame);
      return new Promise<void>((resolve) => frame.onload = resolve);
    }, daemon.pageOrigin);
    const frame = page.frames().find((frame) => frame !== page.mainFrame());
    assertEquals(
      await frame?.evaluate(() => document.getElementById("root")),
      null,
      "an error page is shown in its place",
    );

    const popupOpened = chromium.context.waitForEvent("page");
    await page.evaluate((url) => {
      Object.assign(globalThis, { opened: open(url) });
    }, daemon.pageOrigin);
    const popup = await popupOpened;
    await popup.waitForLoadState();
    assertEquals(await popup.evaluate(() => [document.title, opener === null]), ["Opta", true]);
    await page.waitForFunction(() => opened.closed);
    assertEquals(await page.evaluate(() => opened.length), 0);
    await popup.close();
  }
});

inChromium("the cookie goes to the daemon alone, and no site hears where it was opened from [security 3]", async () => {
  await using daemon = await startWithPage();
  await using site = new HostileSite();
  await using chromium = await Chromium.launch({ hosts: [EVIL] });
  const mine = await signedIn(chromium, daemon);
  const page = await chromium.context.newPage();
  for (const host of ["127.0.0.1", "localhost", "opta.localhost", EVIL]) {
    await page.goto(`http://${host}:${site.port}/v3/sessions`);
    await page.evaluate(() => fetch("/v3/again", { credentials: "include" }).then((response) => response.text()));
  }
  await mine.evaluate((url) => {
    location.href = url;
  }, `http://${EVIL}:${site.port}/v3/left`);
  await mine.waitForURL(/left/);
  const { seen } = site;
  assertEquals(seen.filter(({ path }) => path.startsWith("/v3/")).length, 9);
  assertEquals(seen.filter(({ cookie }) => cookie?.includes("opta_session")), []);
  assertEquals(seen.find(({ path }) => path === "/v3/left")?.referrer, null);
});
