/** The ticket and the cookie of the page in a real Chromium: for whom they are good, how often and how long [security 3]. */
import { Ticket } from "@opta/protocol";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { startTestServer } from "../daemon/server/testing/test_server.ts";
import { builtPage } from "./support/built_page.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { freePort } from "./support/free_port.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the test of tickets in a browser is left out.");

/** Runs in the page: exchanges a ticket for the cookie. */
async function redeem(ticket: string): Promise<number> {
  const headers = { "content-type": "application/json" };
  const init = { method: "POST", headers, body: JSON.stringify({ ticket }) };
  return (await fetch("/v3/tickets/redeem", init)).status;
}

/** Runs in the page: whether its cookie is good. */
async function statusOfSessions(): Promise<number> {
  return (await fetch("/v3/sessions")).status;
}

Deno.test({
  name: "a ticket works once, in the page that it was made for, and for 30 seconds [security 3]",
  ignore: isMissing,
  async fn() {
    await builtPage();
    let now = 0;
    const pageName = "opta-test.localhost";
    await using parts = startTestServer({ pageName, ports: [freePort()], now: () => now });
    const { pageOrigin, port } = parts.server;
    assert(pageOrigin !== null);
    await using chromium = await Chromium.launch();
    const page = await chromium.context.newPage();
    await page.goto(pageOrigin);
    const issue = async (origin: string) =>
      Ticket.parse(await (await parts.post("/v3/tickets", { origin })).json()).ticket;

    const late = await issue(pageOrigin);
    now = 30_000;
    assertEquals(await page.evaluate(redeem, late), 401, "too late");
    const foreign = await issue(`http://127.0.0.1:${port}`);
    assertEquals(await page.evaluate(redeem, foreign), 401, "made for another page");
    assertEquals(await page.evaluate(statusOfSessions), 401);
    assertEquals(await chromium.context.cookies(), []);

    const ticket = await issue(pageOrigin);
    now = 59_999;
    assertEquals(await page.evaluate(redeem, ticket), 200);
    assertEquals(await page.evaluate(redeem, ticket), 401, "once");
    assertEquals(await page.evaluate(statusOfSessions), 200);
    const [cookie, ...others] = await chromium.context.cookies();
    assertEquals(others, []);
    const { value = "", ...attributes } = cookie ?? {};
    assertMatch(value, /^[\w-]{43}$/);
    assertEquals(attributes, {
      name: `opta_session_${port}`,
      domain: pageName, // of this host alone: a leading dot would stand for those below it
      path: "/v3",
      expires: -1,
      httpOnly: true,
      secure: false,
      sameSite: "Strict",
    });
    assertEquals(await page.evaluate("document.cookie"), "");

    await page.goto(`http://127.0.0.1:${port}`);
    assertEquals(await page.evaluate(statusOfSessions), 401, "the cookie is not for another name of the daemon");
    await chromium.context.addCookies([{ ...attributes, name: `opta_session_${port}`, value, domain: "127.0.0.1" }]);
    assertEquals(
      await page.evaluate(() => fetch("/v3/sessions", { method: "POST", body: "{}" }).then((r) => r.status)),
      403,
    );
  },
});
