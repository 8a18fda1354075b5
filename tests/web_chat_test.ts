/** The page in a real Chromium: a chat from its first message, what models write, and its tools. */
import { assert, assertEquals } from "@std/assert";
import { Api } from "@opta/protocol/client";
import { Agent } from "./support/agent.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { soon } from "./support/session.ts";
import { openPage, originOf, until } from "./support/web_page.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the tests of the page are left out.");

const markdown = [
  "## A plan\n\nSome **bold** text, <b>no HTML</b> and a [link](https://example.com/a).\n\n",
  "```ts\nconst answer: number = 42;\n```\n\n",
  "![picture](https://example.com/p.png) and [bad](javascript:alert(1))\n",
];

Deno.test({
  name: "a chat in the page, from the first message to a renamed and a deleted session",
  ignore: isMissing,
  async fn(t) {
    await using agent = await Agent.start();
    await using chromium = await Chromium.launch();
    const { daemon, model } = agent;
    const api = new Api(daemon.endpoint);
    const page = await openPage(daemon, chromium);
    const complaints: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
    });
    const composer = page.locator("#composer");
    /** The model has nothing more to say in the turn of this number. */
    const ended = (turn: number) => page.locator(`[aria-posinset="${turn}"] :is(.turn-end, .turn-error)`).waitFor();

    await t.step(
      "the first message makes the session, in the folder that was given, under the name of who opened it",
      async () => {
        await model.script({ tokens: markdown, times: 1 });
        await page.locator(".folder-field input").fill(agent.path());
        await composer.fill("Make a plan");
        await composer.press("Enter");
        await page.locator(".turn-end").waitFor();
        assertEquals(await page.locator(".question .writer").textContent(), "ann (web)");
        const { sessions } = await api.call("listSessions");
        const { workspace } = await api.call("getSession", { params: { sessionId: sessions[0]!.sessionId } });
        assertEquals([sessions.length, workspace?.cwd], [1, agent.path()]);
        assert(page.url().endsWith(`#session=${sessions[0]!.sessionId}`));
        await until(page, async () => await page.title() === "Make a plan · Opta");
      },
    );

    await t.step("markdown is drawn without HTML, images and other links than plain ones [security 9]", async () => {
      const answer = page.locator(".answer .markdown");
      assertEquals(await answer.locator("h4").textContent(), "A plan");
      assertEquals(await answer.locator("b, img").count(), 0);
      const links = await Promise.all((await answer.locator("a").all()).map(async (link) => {
        const attributes = ["href", "rel", "target"].map((name) => link.getAttribute(name));
        return (await Promise.all(attributes)).join(" ");
      }));
      const outside = "noopener noreferrer _blank";
      assertEquals(links, [`https://example.com/a ${outside}`, `https://example.com/p.png ${outside}`]);
      await answer.locator(".hl-keyword", { hasText: "const" }).waitFor(); // its grammar is loaded when it is wanted
      assertEquals(await answer.locator(".code-block figcaption span").first().textContent(), "ts");
      await chromium.context.grantPermissions(["clipboard-read", "clipboard-write"]);
      await answer.getByRole("button", { name: "Copy: code" }).click();
      await answer.getByRole("button", { name: "Copied: code" }).waitFor();
    });

    await t.step(
      "a request for permission shows what will happen, and counts an answer only after a while [security 13]",
      async () => {
        await agent.script([["write_file", { path: "a.txt", content: "one\u202e\ntwo\n" }]]);
        await composer.fill("write it");
        await composer.press("Enter");
        const prompt = page.locator("#permission");
        await prompt.waitFor();
        const body = await prompt.locator(".lines").textContent();
        assert(body?.includes("+one\\u{202e}") && body.includes("+two"), body ?? "");
        await page.locator(".session-asks").waitFor();
        await page.locator("#permission.permission-open").waitFor();
        await prompt.getByRole("button", { name: /^Allow y/ }).click();
        await page.locator(".tool-ok").waitFor();
        await prompt.waitFor({ state: "detached" });
        assertEquals(await Deno.readTextFile(agent.path("a.txt")), "one\u202e\ntwo\n");
        await page.locator(".tool summary").click();
        await page.locator(".tool .line-added").waitFor();
        await page.locator(".tool-decision", { hasText: "allowed by ann (web)" }).waitFor();
        await ended(2);
      },
    );

    await t.step("a question is answered in words", async () => {
      await agent.script([["ask_user", { question: "Which colour?", options: ["red", "blue"] }]]);
      await composer.fill("ask me");
      await composer.press("Enter");
      await page.locator("#permission.permission-open").waitFor();
      await page.getByRole("button", { name: /^Write an answer/ }).click();
      await page.locator(".answers-written textarea").fill("green");
      await page.locator(".answers-written textarea").press("Enter");
      await page.locator("#permission").waitFor({ state: "detached" });
      await page.locator(".tool-decision", { hasText: "answered by ann (web)" }).waitFor();
      await ended(3);
      const log = await agent.log((await api.call("listSessions")).sessions[0]!.sessionId);
      assert(log.includes('"answer":"green"'));
    });

    await t.step("what fails says why, and is asked again", async () => {
      await model.script({ fault: { kind: "error", after: 0, message: "out of luck" } });
      await composer.fill("try this");
      await composer.press("Enter");
      const failed = page.locator(".turn-error");
      await failed.waitFor();
      assert((await failed.textContent())?.includes("out of luck"));
      await model.script({ tokens: ["better now"], times: 1 });
      await failed.getByRole("button", { name: "Ask again" }).click();
      await page.locator(".markdown", { hasText: "better now" }).waitFor();
      await ended(5);
    });

    await t.step("a turn is stopped, and one that waits is taken out of the queue", async () => {
      await model.script({ tokens: 1_000, pace: "manual", times: 1 });
      await composer.fill("go on for ever");
      await composer.press("Enter");
      await model.waitFor(({ requests }) => requests.some(({ body }) => JSON.stringify(body).includes("for ever")));
      await composer.fill("me too");
      await composer.press("Enter");
      const waiting = page.locator(".queue li");
      await waiting.getByRole("button", { name: /^Remove from the queue/ }).click();
      await waiting.waitFor({ state: "detached" });
      await page.getByRole("button", { name: "Stop" }).click();
      await page.locator(".turn-end .tag", { hasText: "cancelled" }).first().waitFor();
      await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached" });
    });

    await t.step("the model of the session is chosen", async () => {
      await page.locator(".model").click();
      await page.getByRole("combobox", { name: "Narrow down" }).fill("fake");
      await page.locator("dialog").getByRole("option", { name: /fake/ }).first().waitFor(); // they come from the server
      await page.keyboard.press("Enter");
      await page.locator("dialog").waitFor({ state: "detached" });
      const { sessions: [session] } = await api.call("listSessions");
      assert(session?.model?.includes("fake"), JSON.stringify(session));
    });

    await t.step("a session is found by what was said in it, renamed and deleted", async () => {
      await api.call("createSession", { body: { title: "Something else" } });
      await page.locator(".session", { hasText: "Something else" }).waitFor();
      await page.locator("#session-search").fill("out of luck try this");
      await page.locator("#session-search").fill("plan");
      await page.locator(".session", { hasText: "Something else" }).waitFor({ state: "detached" });
      const found = page.locator(".session", { hasText: "Make a plan" });
      await found.hover();
      await found.getByRole("button", { name: /^Rename/ }).click();
      await page.getByLabel("Title").fill("The plan");
      await page.getByLabel("Title").press("Enter");
      await page.locator("h1", { hasText: "The plan" }).waitFor();
      await page.locator(".session").hover();
      await page.getByRole("button", { name: /^Delete/ }).click();
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      await page.locator(".session", { hasText: "The plan" }).waitFor({ state: "detached" });
      const { sessions } = await api.call("listSessions", { signal: soon() });
      assertEquals(sessions.map(({ title }) => title), ["Something else"]);
      await page.locator(".welcome").waitFor();
    });

    assertEquals([chromium.uncaught, complaints], [[], []]);
    const hosts = new Set(chromium.addresses.map((url) => new URL(url).host));
    assertEquals([...hosts], [new URL(originOf(daemon)).host], "nothing leaves");
  },
});
