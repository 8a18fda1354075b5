/** What docs/interop.md promises other web apps: its example as it is printed, and where a page may not be served from. */
import { assertEquals, assertStringIncludes } from "@std/assert";
import { Api, Session } from "@opta/protocol/client";
import { pathToFileURL } from "node:url";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { freePort } from "./support/free_port.ts";
import { Opta } from "./support/opta.ts";
import { bundle, servePage } from "./support/serve_page.ts";
import { soon } from "./support/session.ts";
import { startDaemon } from "./support/start_daemon.ts";

/** In the page. */
declare const document: { title: string; body: { textContent: string } };

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the example of docs/interop.md is not run.");

/** The app of the document, as one script for browsers. */
async function bundledExample(): Promise<string> {
  const text = await Deno.readTextFile(new URL("../docs/interop.md", import.meta.url));
  const code = /```js\n(\/\/ app\.js\n[^]*?)```/.exec(text)?.[1] ?? "";
  const library = new URL("../protocol/client/mod.ts", import.meta.url).href;
  const file = await Deno.makeTempFile({ prefix: "opta-interop-", suffix: ".js" });
  try {
    await Deno.writeTextFile(file, code.replace('"@opta/client"', JSON.stringify(library)));
    return await bundle(pathToFileURL(file));
  } finally {
    await Deno.remove(file);
  }
}

/** What the document says is enough. */
function policyFor(port: number): string {
  const daemon = `http://localhost:${port} ws://localhost:${port}`;
  return `default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ${daemon}`;
}

/** Who is attached, once there are so many. */
async function presenceOf(session: Session, count: number): Promise<string[]> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = () => session.presence.length >= count && resolve();
  using stack = new DisposableStack();
  stack.defer(session.subscribe(look));
  look();
  await promise;
  return session.presence.map(({ writerId, kind }) => `${writerId} ${kind}`);
}

Deno.test({
  name: "the example of docs/interop.md chats from a port of its own, and comes back after a restart",
  ignore: isMissing,
  async fn() {
    const port = freePort();
    await using app = servePage(await bundledExample(), policyFor(port));
    const origin = `http://localhost:${app.port}`;
    await using daemon = await startDaemon({ ports: [port], allowedOrigins: [origin] });
    await using chromium = await Chromium.launch();
    const page = await chromium.context.newPage();
    const issue = async () => (await (await daemon.post("/v3/tickets", { origin })).json()).ticket;
    await page.goto(`${origin}/?port=${port}#ticket=${await issue()}&name=ann`);
    await page.getByText("ann (my app): count to 3").waitFor();
    assertEquals(page.url(), `${origin}/?port=${port}`);
    await page.waitForFunction(() => document.title.includes("ann (my app)"));

    const { sessions: [first] } = await new Api(daemon.endpoint).call("listSessions");
    await using native = Session.attach({
      endpoint: daemon.endpoint,
      sessionId: first?.sessionId ?? "",
      clientId: "terminal",
      writerId: "bob",
    });
    await native.until(({ turns }) => turns.length === 1, soon());
    const there = await presenceOf(native, 2);
    assertEquals(there.toSorted(), ["ann (my app) web", "bob script"]);

    await daemon.restart();
    await page.waitForFunction(() => document.title.startsWith("Run: opta web --page"));
    await page.goto(`${origin}/?port=${port}#ticket=${await issue()}`); // the same page: only the fragment differs
    await native.submit("echo back again", { signal: soon() });
    await page.getByText("bob: echo back again").waitFor();
    assertEquals(chromium.uncaught, []);
  },
});

/** Runs in a page: exchanges a ticket, and looks whether the browser has kept the cookie. */
async function comeIn({ baseUrl, ticket }: { baseUrl: string; ticket: string }): Promise<unknown[]> {
  const call = (path: string, init?: RequestInit) =>
    fetch(baseUrl + path, { credentials: "include", ...init }).then(({ status }) => status, () => "shut");
  const headers = { "content-type": "application/json" };
  return [
    await call("/v3/tickets/redeem", { method: "POST", headers, body: JSON.stringify({ ticket }) }),
    await call("/v3/sessions"),
  ];
}

Deno.test({
  name: "an allowed page comes in under the daemon's host name only: the browser keeps no cookie of another site",
  ignore: isMissing,
  async fn() {
    const port = freePort();
    await using app = servePage("", "connect-src *");
    const names = ["localhost", "127.0.0.1", "app.example"];
    const allowedOrigins = names.map((name) => `http://${name}:${app.port}`);
    await using daemon = await startDaemon({ ports: [port], allowedOrigins });
    await using chromium = await Chromium.launch({ hosts: ["app.example"] });
    const page = await chromium.context.newPage();
    const outcomes: Record<string, unknown> = {};
    for (const name of names) {
      for (const target of ["localhost", "127.0.0.1"]) {
        await chromium.context.clearCookies();
        const origin = `http://${name}:${app.port}`;
        await page.goto(origin);
        const { ticket } = await (await daemon.post("/v3/tickets", { origin })).json();
        const baseUrl = `http://${target}:${port}`;
        outcomes[`${name} → ${target}`] = await page.evaluate(comeIn, { baseUrl, ticket });
      }
    }
    assertEquals(outcomes, {
      "localhost → localhost": [200, 200],
      "localhost → 127.0.0.1": [200, 401],
      "127.0.0.1 → localhost": [200, 401],
      "127.0.0.1 → 127.0.0.1": [200, 200],
      "app.example → localhost": [200, 401],
      "app.example → 127.0.0.1": [200, 401],
    });
  },
});

Deno.test("opta web --page makes a ticket for an app that the settings allow, and says how to allow one", async () => {
  await using opta = await Opta.create({ USER: "ann" });
  const page = "http://localhost:5173/chat?x=1";
  const refused = await opta.run(["web", "--no-open", "--page", page]);
  assertEquals([refused.code, refused.stdout], [1, ""]);
  assertStringIncludes(refused.stderr, "opta config set daemon.allowedOrigins http://localhost:5173");
  await opta.run(["config", "set", "daemon.allowedOrigins", "https://opta.example, http://localhost:5173"]);
  await opta.run(["daemon", "restart"]);
  const { code, stdout, stderr } = await opta.run(["web", "--no-open", "--page", `${page}#old`]);
  assertEquals(code, 0, stderr);
  assertEquals(stdout.replace(/[\w-]{43}/, "T"), `${page}#ticket=T&name=ann\n`);
  const bad = await opta.run(["web", "--page", "localhost:5173"]);
  assertEquals(bad.code, 2);
});
