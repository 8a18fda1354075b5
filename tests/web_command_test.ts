/** `opta web`: from the command to a page that is signed in, in a real Chromium, and what of it other users could see. */
import { Api } from "@opta/protocol/client";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import type { Page } from "playwright-core";
import { openPage } from "../cli/web/open_page.ts";
import type { PageTicket } from "../cli/web/page_tickets.ts";
import { startTestServer, TOKEN } from "../daemon/server/testing/test_server.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { freePort } from "./support/free_port.ts";
import { Opta, outcomeOf } from "./support/opta.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: what opta web opens is left out.");

/** A desktop whose opener hands what it is given to the test, and ends with this code. */
async function startDesktop(code = 0): Promise<Opta & { opened(): Promise<string> }> {
  const bin = await Deno.makeTempDir({ prefix: "opta-desktop-" });
  const pipe = `${bin}/opened`;
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  const script = code === 0 ? `#!/bin/sh\necho "$@" > ${pipe}\n` : `#!/bin/sh\nexit ${code}\n`;
  await Deno.writeTextFile(`${bin}/xdg-open`, script, { mode: 0o700 });
  const PATH = `${bin}:${Deno.env.get("PATH")}`;
  const opta = await Opta.create({ PATH, DISPLAY: ":99", USER: "ann" }, freePort());
  opta.cwd = bin; // the page is built from the checkout, wherever the command is typed
  return Object.assign(opta, {
    opened: async () => (await Deno.readTextFile(pipe)).trim(), // waits for the opener
    async [Symbol.asyncDispose]() {
      await Opta.prototype[Symbol.asyncDispose].call(opta);
      await Deno.remove(bin, { recursive: true });
    },
  });
}

/** Resolves when the page has taken the ticket out of its address. */
async function withoutTicket(page: Page, origin: string): Promise<void> {
  await page.waitForURL((url) => url.origin === origin && !url.hash.includes("ticket"));
}

/** The files in the daemon's folder that lead to the page. */
async function redirects({ home }: Opta): Promise<string[]> {
  const names = await Array.fromAsync(Deno.readDir(`${home}/daemon`), ({ name }) => name);
  return names.filter((name) => name.startsWith("open-"));
}

Deno.test({
  name:
    "opta web opens a page that is signed in; no ticket is in a list of processes, an address or a file [security 3]",
  ignore: isMissing,
  async fn() {
    await using opta = await startDesktop();
    await using chromium = await Chromium.launch();
    const child = opta.spawn(["web"]);
    const path = await opta.opened();
    assertMatch(path, new RegExp(`^${opta.home}/daemon/open-[\\w-]+\\.html$`), "all that the opener is told");
    assertEquals((await Deno.stat(path)).mode! & 0o777, 0o600);
    const ticket = /ticket=([\w-]{43})/.exec(await Deno.readTextFile(path))?.[1] ?? "none";

    const page = await chromium.context.newPage();
    await page.goto(`file://${path}`);
    const { code, stdout, stderr } = await outcomeOf(child);
    assertEquals([code, stderr], [0, ""]);
    const origin = /^Opta is open in your browser, at (http:\/\/opta-\w{16}\.localhost:\d+)\n$/.exec(stdout)?.[1] ?? "";
    await withoutTicket(page, origin);
    assertEquals(await redirects(opta), []);
    assertEquals(await page.evaluate(() => fetch("/v3/sessions").then(({ status }) => status)), 200);
    assertEquals(await page.evaluate("[...Object.entries(localStorage), ...Object.entries(sessionStorage)]"), [[
      "opta.name",
      "ann",
    ]]);
    const sent = chromium.addresses.map((address) => address.split("#")[0]);
    assertEquals(sent.filter((address) => address?.includes(ticket)), []);
    assertEquals(chromium.uncaught, []);
  },
});

Deno.test({
  name: "opta web --ip goes to 127.0.0.1, for a browser that does not find names of .localhost",
  ignore: isMissing,
  async fn() {
    await using opta = await startDesktop();
    await using chromium = await Chromium.launch({ missing: ["*.localhost"] });
    const child = opta.spawn(["web", "--ip", "--json"]);
    const page = await chromium.context.newPage();
    await page.goto(`file://${await opta.opened()}`);
    const { code, stdout } = await outcomeOf(child);
    const { opened, origin } = JSON.parse(stdout);
    assertEquals([code, opened], [0, true]);
    assertMatch(origin, /^http:\/\/127\.0\.0\.1:\d+$/);
    await withoutTicket(page, origin);
  },
});

Deno.test({
  name: "opta web --no-open prints an address that is good once; an open page goes on when another one has come in",
  ignore: isMissing,
  async fn() {
    await using opta = await Opta.create({ USER: "ann" }, freePort());
    await using chromium = await Chromium.launch();
    const printed = async () => {
      const { code, stdout, stderr } = await opta.run(["web", "--no-open"]);
      assertEquals(code, 0, stderr);
      assertStringIncludes(stderr, "good once, and for 30 seconds");
      return stdout.trim();
    };
    const address = await printed();
    const { origin } = new URL(address);
    const [first, second] = [await chromium.context.newPage(), await chromium.context.newPage()];
    const redeemed = (page: Page) => page.waitForResponse((response) => response.url().endsWith("/v3/tickets/redeem"));
    const open = (page: Page, address: string) => Promise.all([redeemed(page), page.goto(address)]);
    assertEquals((await open(first, address))[0].status(), 200);
    await withoutTicket(first, origin);
    assertEquals((await open(second, address))[0].status(), 401, "spent");

    await opta.run(["daemon", "restart"]); // forgets all cookies
    await first.reload();
    await first.getByText("opta web").first().waitFor();
    const again = first.waitForResponse((response) =>
      new URL(response.url()).pathname === "/v3/sessions" && response.ok()
    );
    assertEquals((await open(second, await printed()))[0].status(), 200);
    await again;
  },
});

Deno.test("opta web prints the address when nothing can be opened, and says why", async () => {
  await using opta = await startDesktop(4);
  const failed = await opta.run(["web"]);
  assertEquals(failed.code, 1);
  assertMatch(failed.stdout, /^http:\/\/opta-\w{16}\.localhost:\d+\/#ticket=[\w-]{43}&name=ann\n$/);
  assertStringIncludes(failed.stderr, "xdg-open ended with 4");
  assertEquals(await redirects(opta), []);

  await using headless = await Opta.create({ DISPLAY: "", WAYLAND_DISPLAY: "" });
  const { code, stdout, stderr } = await headless.run(["web", "--json", "--session", "nope"]);
  assertEquals([code, stdout], [2, ""]);
  assertStringIncludes(stderr, 'There is no session "nope"');
  const printed = await headless.run(["web", "--json"]);
  assertEquals(printed.code, 0);
  assertStringIncludes(printed.stderr, "no desktop");
  const { opened, origin, address, expiresInMs } = JSON.parse(printed.stdout);
  assertEquals([opened, expiresInMs], [false, 30_000]);
  assert(address.startsWith(`${origin}/#ticket=`));
});

Deno.test("opta web shows another way when no page comes in, and gives up when the tickets are too old", async () => {
  let now = 0;
  await using parts = startTestServer({ now: () => now });
  const stateDir = await Deno.makeTempDir();
  try {
    const api = new Api(() => Promise.resolve({ baseUrl: parts.baseUrl, token: TOKEN }));
    const waiting = Promise.withResolvers<PageTicket>();
    const opened = openPage({
      api,
      page: `${parts.baseUrl}/`,
      sparePage: `${parts.baseUrl}/`,
      introduction: { name: "ann", sessionId: "s 1" },
      stateDir,
      opener: ["true"],
      onWaiting: waiting.resolve,
      hintAfterMs: 0,
      signal: new AbortController().signal,
    });
    const { address } = await waiting.promise;
    assertMatch(address, /#ticket=[\w-]{43}&name=ann&session=s%201$/);
    now = 30_000;
    assertEquals(await opened, { kind: "failed", reason: "no browser has opened it" });
    assertEquals(await Array.fromAsync(Deno.readDir(stateDir)), []);
  } finally {
    await Deno.remove(stateDir, { recursive: true });
  }
});
