/** A terminal and the page on one session: one order, one state, one decision, and each knows of the other. */
import { assert, assertEquals } from "@std/assert";
import { hashState } from "@opta/protocol/client";
import type { Page } from "playwright-core";
import { Agent, endOf, openRequest } from "./support/agent.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { soon } from "./support/session.ts";
import { hashInPage, openPage } from "./support/web_page.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the tests of the page are left out.");

const ROUNDS = 3;
const RACES = 6;

/** The questions that the page shows, in its order. */
function questionsIn(page: Page): Promise<string[]> {
  return page.locator(".row .question-text").allTextContents();
}

Deno.test({
  name: "terminal and page submit in turns and at the same moment, and end with the same order and state hash [S3]",
  ignore: isMissing,
  async fn() {
    await using agent = await Agent.start();
    await using chromium = await Chromium.launch();
    const sessionId = await agent.session();
    await using terminal = agent.attach(sessionId, "bob");
    const page = await openPage(agent.daemon, chromium, { sessionId });
    const composer = page.locator("#composer");
    const send = async (text: string) => {
      await composer.fill(text);
      await composer.press("Enter");
    };

    await page.locator(".presence li", { hasText: "bob" }).waitFor();
    await terminal.until(
      () => terminal.presence.some(({ writerId, kind }) => writerId === "ann (web)" && kind === "web"),
      soon(),
    );
    await composer.fill("a draft that nobody else sees");

    await terminal.submit("bob begins", { signal: soon() });
    await page.locator('[aria-posinset="1"] .turn-end').waitFor();
    assertEquals(await composer.inputValue(), "a draft that nobody else sees");
    await send("ann goes on");
    await terminal.until(({ turns }) => turns.length === 2, soon());

    // All of them wait behind a turn that is held: which came first, only the daemon knows.
    await agent.model.script({ tokens: ["held"], pace: "manual", times: 1 });
    const held = await terminal.submit("hold", { signal: soon() });
    await terminal.until(({ active }) => active?.turnId === held.turnId, soon());
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all([send(`ann ${round}`), terminal.submit(`bob ${round}`, { signal: soon() })]);
    }
    const { queue } = await terminal.until(({ queue }) => queue.length === 2 * ROUNDS, soon());
    await page.locator(".queue .hint", { hasText: "and 1 more" }).waitFor();
    const waiting = (await page.locator(".queue li").allTextContents()).map((text) => text.trim());
    assertEquals(waiting, queue.slice(0, 5).map(({ writerId, content }) => `${writerId}${content}`));
    await agent.model.step(10);
    const state = await terminal.until(({ turns }) => turns.length === 3 + 2 * ROUNDS, soon());
    await page.locator(`[aria-posinset="${state.turns.length}"] .turn-end`).waitFor();
    assertEquals((await questionsIn(page)).slice(-2 * ROUNDS), queue.map(({ content }) => content));

    const inPage = await hashInPage(page);
    assertEquals(inPage, { hash: await hashState(terminal.state), seq: terminal.state.seq });
    assert(!(await agent.log(sessionId)).includes("a draft that nobody else sees"));
    await page.close();
    await terminal.until(() => terminal.presence.every(({ kind }) => kind !== "web"), soon());
    assertEquals(chromium.uncaught, []);
  },
});

Deno.test({
  name: "terminal and page race for a permission: one decides, and the other is told who it was [P1]",
  ignore: isMissing,
  async fn(t) {
    await using agent = await Agent.start();
    await using chromium = await Chromium.launch();
    const sessionId = await agent.session();
    await using terminal = agent.attach(sessionId, "bob");
    const page = await openPage(agent.daemon, chromium, { sessionId });
    const prompt = page.locator("#permission");
    const ask = async (path: string) => {
      await agent.script([["write_file", { path, content: "x" }]]);
      const { turnId } = await terminal.submit(`write ${path}`, { signal: soon() });
      const { requestId } = await openRequest(terminal);
      await page.locator("#permission.permission-open").waitFor();
      return { turnId, requestId };
    };
    const decidedBy = (requestId: string) => terminal.state.permissions[requestId]?.resolved?.decidedBy;

    await t.step("what the terminal decides closes the request in the page, with the name", async () => {
      const { turnId, requestId } = await ask("denied");
      await terminal.resolve(requestId, "deny", "once", soon());
      await prompt.waitFor({ state: "detached" });
      await page.locator(".remark", { hasText: "Denied by bob" }).waitFor();
      await page.locator(".tool-denied .tool-decision", { hasText: "denied by bob" }).waitFor();
      await endOf(terminal, turnId);
    });

    await t.step("what the page decides is told to the terminal, with the name", async () => {
      const { turnId, requestId } = await ask("allowed");
      await prompt.getByRole("button", { name: /^Allow y/ }).click();
      await terminal.until(({ permissions }) => permissions[requestId]?.resolved !== undefined, soon());
      assertEquals(decidedBy(requestId), "ann (web)");
      await endOf(terminal, turnId);
    });

    await t.step("both at once: one of them", async () => {
      for (let race = 0; race < RACES; race++) {
        const { turnId, requestId } = await ask(`race-${race}`);
        const click = () => page.evaluate('document.querySelector("#permission .allow")?.click()');
        const decide = () => terminal.resolve(requestId, "deny", "once", soon());
        const clicked = race % 2 === 0 ? click() : null; // either gets a start
        const outcome = await decide();
        await (clicked ?? click());
        await prompt.waitFor({ state: "detached" });
        await endOf(terminal, turnId);
        const winner = decidedBy(requestId);
        assertEquals([outcome.ok, outcome.decidedBy], [winner === "bob", winner]);
        const isWritten = await Deno.stat(agent.path(`race-${race}`)).then(() => true, () => false);
        assertEquals(isWritten, winner === "ann (web)");
      }
    });
    assertEquals(chromium.uncaught, []);
  },
});
