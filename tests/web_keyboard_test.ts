/** The page by keys alone, typing ahead, and for whoever does not see it: axe finds nothing serious in light and dark. */
import axe from "axe-core";
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { Agent, endOf, openRequest } from "./support/agent.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { soon } from "./support/session.ts";
import { openPage } from "./support/web_page.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the tests of the page are left out.");

Deno.test({
  name: "everything is done by keys: a chat, a permission, a search, another session, another model, stopping",
  ignore: isMissing,
  async fn(t) {
    await using agent = await Agent.start();
    await using chromium = await Chromium.launch();
    const sessionId = await agent.session();
    const other = await agent.session();
    await using terminal = agent.attach(sessionId, "bob");
    await using elsewhere = agent.attach(other, "bob");
    await elsewhere.submit("the other session", { signal: soon() });
    const page = await openPage(agent.daemon, chromium, { sessionId });
    const { keyboard } = page;

    await t.step("the first key press leads to the message box", async () => {
      await page.locator("#composer:focus").waitFor();
      await keyboard.type("hello");
      await keyboard.press("Shift+Enter");
      await keyboard.type("there");
      await keyboard.press("Enter");
      const { turns } = await terminal.until(({ turns }) => turns.length === 1, soon());
      assertEquals(turns[0]?.content, "hello\nthere");
      await page.locator('[aria-posinset="1"] .turn-end').waitFor();
      await keyboard.press("ArrowUp");
      assertEquals(await page.locator("#composer").inputValue(), "hello\nthere");
      await keyboard.press("Control+a");
      await keyboard.press("Delete");
    });

    await t.step("a permission is asked where the focus is, and answered by a key", async () => {
      await agent.script([["write_file", { path: "by-key", content: "x" }]]);
      const { turnId } = await terminal.submit("write", { signal: soon() });
      await page.locator("#permission:focus").waitFor();
      await page.locator("#permission.permission-open").waitFor();
      await keyboard.press("y");
      await endOf(terminal, turnId);
      assertEquals(await Deno.readTextFile(agent.path("by-key")), "x");
      await page.locator("#composer:focus").waitFor();
    });

    await t.step("denied, with the reason as the next message", async () => {
      await agent.script([["write_file", { path: "denied", content: "x" }]]);
      const { turnId } = await terminal.submit("write", { signal: soon() });
      await page.locator("#permission.permission-open").waitFor();
      await keyboard.press("d");
      await keyboard.type("not in this folder");
      await keyboard.press("Enter");
      await endOf(terminal, turnId);
      const { turns } = await terminal.until(({ turns }) => turns.length === 4, soon());
      assertEquals([turns[3]?.content, turns[3]?.writerId], ["not in this folder", "ann (web)"]);
      assert(!await Deno.stat(agent.path("denied")).then(() => true, () => false));
    });

    await t.step("who types a message answers nothing, also with Enter [security 13]", async () => {
      await agent.script([["write_file", { path: "typed", content: "x" }]]);
      await keyboard.type("yes");
      const { turnId } = await terminal.submit("write", { signal: soon() });
      const { requestId } = await openRequest(terminal);
      await page.locator("#permission.permission-open").waitFor();
      await page.locator("#composer:focus").waitFor(); // the focus stays where somebody writes
      await keyboard.type("y n s a");
      await keyboard.press("Enter");
      await terminal.until(({ queue }) => queue.some(({ content }) => content === "yesy n s a"), soon());
      assertEquals(terminal.state.permissions[requestId]?.resolved, undefined);
      await keyboard.press("Escape"); // to the request
      await page.locator("#permission:focus").waitFor();
      await keyboard.press("n");
      await endOf(terminal, turnId);
    });

    await t.step("who types when the request comes up goes on typing: no key of it answers [security 13]", async () => {
      await terminal.until(({ active, queue }) => active === null && queue.length === 0, soon());
      await agent.script([["write_file", { path: "ahead", content: "x" }]]);
      const { turnId } = await terminal.submit("write", { signal: soon() });
      await page.locator("#permission:focus").waitFor();
      await keyboard.press("y"); // before the guard time is over
      await page.locator("#composer:focus").waitFor();
      await keyboard.type("es please");
      assertEquals(await page.locator("#composer").inputValue(), "yes please");
      const { requestId } = await openRequest(terminal);
      assertEquals(terminal.state.permissions[requestId]?.resolved, undefined);
      await keyboard.press("Control+a");
      await keyboard.press("Delete");
      await keyboard.press("Escape");
      await page.locator("#permission.permission-open:focus").waitFor();
      await keyboard.press("Enter");
      assertEquals(terminal.state.permissions[requestId]?.resolved, undefined, "Enter is no answer");
      await page.locator("#permission.permission-open:focus").waitFor();
      await keyboard.press("n");
      await endOf(terminal, turnId);
    });

    await t.step("keys lead through the page: list, help, another session, commands", async () => {
      await page.locator("#transcript").focus();
      await keyboard.press("?");
      await page.getByRole("dialog", { name: "Keys and commands" }).waitFor();
      await keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
      await keyboard.press("/");
      await page.locator("#session-search:focus").waitFor();
      await keyboard.press("Control+k");
      await page.locator(".picker input:focus").waitFor();
      await keyboard.type("the other");
      await keyboard.press("Enter");
      await page.locator("h1", { hasText: "the other session" }).waitFor();
      await page.locator("#composer:focus").waitFor();
      await keyboard.type("/re");
      await page.getByRole("option", { name: "/retry" }).waitFor();
      await keyboard.press("ArrowDown");
      await keyboard.press("Tab");
      assertEquals(await page.locator("#composer").inputValue(), "/rename ");
      await keyboard.type("Renamed by keys");
      await keyboard.press("Enter");
      await keyboard.press("Enter");
      await page.locator("h1", { hasText: "Renamed by keys" }).waitFor();
      await page.locator("dialog").waitFor({ state: "detached" });
    });

    await t.step("Escape stops the turn that runs", async () => {
      await agent.model.script({ tokens: 1_000, pace: "manual", times: 1 });
      await page.locator("#composer:focus").waitFor(); // the dialog gave the focus back
      await keyboard.type("go on");
      await keyboard.press("Enter");
      await elsewhere.until(({ active }) => active !== null, soon());
      await page.getByRole("button", { name: "Stop" }).waitFor();
      await keyboard.press("Escape");
      const { turns } = await elsewhere.until(({ turns }) => turns.length === 2, soon());
      const end = turns[1]?.end;
      assertEquals(end?.kind === "done" && end.finishReason, "cancelled");
    });
    assertEquals(chromium.uncaught, []);
  },
});

/** What axe finds that matters, as one can read it. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source); // beside the policy of the page, which takes no foreign script
  const found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })") as axe.AxeResults;
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

Deno.test({
  name: "axe finds nothing serious in the views of the page, in light and dark, wide and narrow",
  ignore: isMissing,
  async fn(t) {
    await using agent = await Agent.start();
    await using chromium = await Chromium.launch();
    const sessionId = await agent.session();
    await using terminal = agent.attach(sessionId, "bob");
    const tokens = [
      "# A\n\n- [x] done\n- one\n\n`code` and [link](https://example.com)\n\n",
      "| a | b |\n|-|-|\n| 1 | 2 |\n\n```js\n// comment\nconst a = 'b' + 1;\n```\n",
    ];
    await agent.model.script({ tokens, times: 1 });
    const first = await terminal.submit("show markdown", { signal: soon() });
    await endOf(terminal, first.turnId);
    await agent.call(terminal, ["list_dir", { path: "." }]);
    await agent.model.script({ fault: { kind: "error", after: 0, message: "broken" }, times: 4 });
    const failed = await terminal.submit("fail", { signal: soon() });
    await endOf(terminal, failed.turnId);
    const page = await openPage(agent.daemon, chromium, { sessionId });
    await page.locator(".turn-error").waitFor();
    await page.locator(".hl-keyword").waitFor();

    const check = async (name: string, show: () => Promise<void>, hide: () => Promise<void> = async () => {}) => {
      await t.step(name, async () => {
        await show();
        for (const colorScheme of ["light", "dark"] as const) {
          await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
          assertEquals(await violations(page), [], colorScheme);
        }
        await hide();
      });
    };
    const closeDialog = async () => {
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    };
    await check("conversation", () => page.locator(".tool summary").first().click());
    await check("search", () => page.keyboard.press("Control+f"), () => page.keyboard.press("Escape"));
    await check("commands", async () => {
      await page.locator("#composer").fill("/");
      await page.getByRole("option").first().waitFor();
    }, () => page.locator("#composer").fill(""));
    await check("help", async () => {
      await page.keyboard.press("Control+/");
      await page.locator("dialog dl").first().waitFor();
    }, closeDialog);
    await check("models", async () => {
      await page.locator(".model").click();
      await page.locator("#picker-list li").first().waitFor();
    }, closeDialog);
    await check("details", async () => {
      await page.getByRole("button", { name: "Details of the session" }).click();
      await page.locator(".details code[data-seq]").waitFor();
    }, closeDialog);
    await check("deletion", async () => {
      await page.locator(".session").first().hover();
      await page.getByRole("button", { name: /^Delete/ }).first().click();
    }, closeDialog);
    await check("permission, and a queue behind it", async () => {
      await agent.script([["write_file", { path: "a", content: "x\ny\n" }]]);
      await terminal.submit("write", { signal: soon() });
      await terminal.submit("and then", { signal: soon() });
      await page.locator("#permission.permission-open").waitFor();
      await page.locator(".queue li").waitFor();
    });
    await check("narrow, with the list open", async () => {
      await page.setViewportSize({ width: 390, height: 780 });
      await page.getByRole("button", { name: "Sessions", exact: true }).click();
      await page.locator(".app-drawer").waitFor();
    }, () => page.getByRole("button", { name: "Close the list" }).click());
    await check("usage", async () => {
      await page.setViewportSize({ width: 1_200, height: 800 });
      await page.getByRole("button", { name: "Usage" }).click();
      await page.locator(".usage table").waitFor();
    });
    await check("new chat", async () => {
      await page.getByRole("button", { name: "New chat" }).click();
      await page.locator(".welcome").waitFor();
    });
    assertEquals(chromium.uncaught, []);
  },
});
