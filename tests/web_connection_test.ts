/** What the page does when its connection is taken away: WebSockets that are blocked, and a daemon that is killed. */
import { assertEquals } from "@std/assert";
import { hashState } from "@opta/protocol/client";
import { Agent, endOf } from "./support/agent.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { freePort } from "./support/free_port.ts";
import { soon } from "./support/session.ts";
import { TcpProxy } from "./support/tcp_proxy.ts";
import { hashInPage, openPage, signInAddress } from "./support/web_page.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the tests of the page are left out.");

const TOKENS = 300;

Deno.test({
  name: "WebSockets are blocked under the page: it goes over to SSE in the middle of an answer, and back, without loss",
  ignore: isMissing,
  async fn() {
    const port = freePort();
    await using proxy = new TcpProxy({ hostname: "127.0.0.1", port });
    await using agent = await Agent.start({ ports: [port], allowedOrigins: [proxy.baseUrl] });
    await using chromium = await Chromium.launch();
    const sessionId = await agent.session();
    await using terminal = agent.attach(sessionId, "bob");
    const page = await openPage(agent.daemon, chromium, { sessionId, origin: proxy.baseUrl });
    const composer = page.locator("#composer");
    const over = (transport: string) => page.locator(".transport", { hasText: transport }).waitFor();
    await over("WS");

    await agent.model.script({ tokens: TOKENS, numberTokens: true, pace: "manual", times: 1 });
    const { turnId } = await terminal.submit("w", { signal: soon() });
    await terminal.until(({ active }) => active?.turnId === turnId, soon());
    await agent.model.waitFor(({ requests }) => requests.at(-1)?.held === true);
    await agent.model.step(TOKENS / 3);
    await page.locator(".markdown", { hasText: "w:90" }).waitFor();
    proxy.webSockets = "refuse";
    proxy.cut("web sockets");
    await agent.model.step(TOKENS / 3);
    await over("SSE");
    await page.locator(".markdown", { hasText: "w:190" }).waitFor();
    await composer.fill("sent without a WebSocket");
    await composer.press("Enter");
    await terminal.until(({ queue }) => queue.some(({ writerId }) => writerId === "ann (web)"), soon());

    proxy.webSockets = "pass";
    await over("WS"); // it looks now and then
    await agent.model.step(TOKENS / 3 + 1);
    await endOf(terminal, turnId);
    await terminal.until(({ turns }) => turns.length === 2, soon());
    await page.locator('[aria-posinset="2"] .turn-end').waitFor();
    const words = Array.from({ length: TOKENS }, (_, i) => `w:${i}`).join(" ");
    assertEquals((await page.locator('[aria-posinset="1"] .markdown').textContent())?.trim(), words);
    assertEquals(await hashInPage(page), { hash: await hashState(terminal.state), seq: terminal.state.seq });
    assertEquals(chromium.uncaught, []);
  },
});

Deno.test({
  name: "the daemon is killed and restarted under the page: it asks for a ticket, and goes on with what was written",
  ignore: isMissing,
  async fn() {
    await using agent = await Agent.start({ ports: [freePort()] });
    const { daemon, model } = agent;
    await using chromium = await Chromium.launch();
    const sessionId = await agent.session();
    await using terminal = agent.attach(sessionId, "bob");
    const page = await openPage(daemon, chromium, { sessionId });
    const composer = page.locator("#composer");
    await composer.fill("before");
    await composer.press("Enter");
    await page.locator('[aria-posinset="1"] .turn-end').waitFor();
    await model.script({ tokens: TOKENS, numberTokens: true, pace: "manual", times: 1 });
    await composer.fill("k");
    await composer.press("Enter");
    await terminal.until(({ active }) => active?.content === "k", soon());
    await model.waitFor(({ requests }) => requests.at(-1)?.held === true);
    await model.step(50);
    await page.locator(".markdown", { hasText: "k:40" }).waitFor();

    await daemon.kill("SIGKILL");
    await page.locator(".banner", { hasText: "No connection" }).waitFor();
    await composer.fill("meanwhile");
    await composer.press("Enter");
    await page.locator(".queue-sending", { hasText: "meanwhile" }).waitFor();
    await composer.fill("a draft");
    await daemon.restart();
    await page.locator(".signed-out", { hasText: "opta web" }).waitFor();
    await page.locator(".markdown", { hasText: "k:40" }).waitFor(); // what there was is still to be read

    await page.goto(await signInAddress(daemon)); // the same page: only the fragment differs
    await page.locator(".signed-out").waitFor({ state: "detached" });
    await page.locator('[aria-posinset="2"] .turn-error', { hasText: "interrupted" }).waitFor();
    await page.locator('[aria-posinset="3"] .turn-end').waitFor();
    await terminal.until(({ turns }) => turns.length === 3, soon());
    assertEquals(terminal.state.turns.map(({ content }) => content), ["before", "k", "meanwhile"]);
    assertEquals(await composer.inputValue(), "a draft");
    assertEquals(await hashInPage(page), { hash: await hashState(terminal.state), seq: terminal.state.seq });

    await page.reload(); // comes in by its cookie, to the same session
    await page.locator('[aria-posinset="3"] .turn-end').waitFor();
    assertEquals(await composer.inputValue(), "a draft");
    const stored = await page.evaluate("JSON.stringify([localStorage, sessionStorage, location.href])") as string;
    assertEquals([daemon.token, "ticket"].filter((secret) => stored.includes(secret)), []);
    assertEquals(chromium.uncaught, []);
  },
});
