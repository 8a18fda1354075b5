/**
 * Whatever models, tools, titles and other writers say, the page shows it and does not obey it: nothing runs, nothing
 * leaves, nothing of it becomes an element of its own. In a real Chromium, with every text of `hostileTexts` [security 9].
 */
import { assert, assertEquals } from "@std/assert";
import { Api } from "@opta/protocol/client";
import type { Page } from "playwright-core";
import { Agent, endOf } from "./support/agent.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { HostileSite } from "./support/hostile_site.ts";
import { hostileTexts } from "./support/hostile_texts.ts";
import { soon } from "./support/session.ts";
import { openPage, originOf } from "./support/web_page.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: what texts do to the page is left out.");

const EVIL = "evil.example";
/** Texts in one message: few enough that all of it stands in the page at once. */
const TEXTS_IN_A_TURN = 13;

/** In the page, before anything of it runs: counts what the policy had to stop. */
const watchPolicy = `
  globalThis.stopped = [];
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
    stopped.push([effectiveDirective, blockedURI, sample].join(" "));
  });
`;

/** Runs in the page: what has come about that should not have. */
function findHarm(): string[] {
  interface Part {
    localName: string;
    attributes: Iterable<{ name: string; value: string }>;
  }
  const page = globalThis as unknown as {
    document: { querySelectorAll(selector: string): Iterable<Part>; title: string };
    stopped: string[];
    pwned?: unknown;
  };
  const harm = page.stopped.map((violation) => `policy: ${violation}`);
  if (page.pwned !== undefined || ({} as { pwned?: unknown }).pwned !== undefined) harm.push("code has run");
  const forbidden =
    "iframe, object, embed, portal, frame, base, style, math, marquee, video, audio, source, foreignObject, " +
    "script:not([src^='/assets/']), link:not([href^='/assets/']), meta[http-equiv], img, picture, noscript noscript";
  for (const { localName } of page.document.querySelectorAll(forbidden)) harm.push(`element: ${localName}`);
  for (const { localName, attributes } of page.document.querySelectorAll("*")) {
    for (const { name, value } of attributes) {
      const isLink = ["href", "src", "action", "formaction", "xlink:href", "data", "srcset"].includes(name);
      const isPlain = /^(?:https?:\/\/|mailto:|\/assets\/|#)/i.test(value);
      if (name.startsWith("on") || (isLink && !isPlain)) {
        harm.push(`attribute: ${localName} ${name}=${value.slice(0, 80)}`);
      }
    }
  }
  for (const { localName } of page.document.querySelectorAll(".markdown [id], .markdown [name], .markdown [style]")) {
    harm.push(`named by a text: ${localName}`);
  }
  return harm;
}

/** Everything that a page of the test must be free of, at any time. */
class Watch {
  readonly #page: Page;
  readonly #chromium: Chromium;
  readonly #site: HostileSite;
  readonly #own: string;
  readonly #dialogs: string[] = [];

  constructor(page: Page, chromium: Chromium, site: HostileSite, own: string) {
    this.#page = page;
    this.#chromium = chromium;
    this.#site = site;
    this.#own = own;
    page.on("dialog", async (dialog) => {
      this.#dialogs.push(dialog.message());
      await dialog.dismiss();
    });
  }

  async assertUnharmed(where: string): Promise<void> {
    const { host } = new URL(this.#own);
    assertEquals(await this.#page.evaluate(findHarm), [], where);
    assertEquals(this.#dialogs, [], where);
    assertEquals(this.#chromium.uncaught, [], where);
    assertEquals(this.#chromium.addresses.filter((address) => new URL(address).host !== host), [], where);
    assertEquals(this.#site.seen, [], where);
    assertEquals(new URL(this.#page.url()).origin, this.#own, where);
    assertEquals(this.#chromium.context.pages().length, 2, `${where}: the page and the empty one of the start`);
  }
}

/** In pieces of a few characters, so that they are cut everywhere once. */
function cut(text: string, seed: number): string[] {
  const pieces: string[] = [];
  for (let at = 0, size = 1 + seed % 5; at < text.length; at += size) {
    if (pieces.length > 2_000) size = 4_000; // what is only long need not come in small pieces
    pieces.push(text.slice(at, at + size));
  }
  return pieces;
}

/** Shows another session, as a link to it does. */
async function show(page: Page, sessionId: string): Promise<void> {
  await page.evaluate((id) => location.hash = `#session=${encodeURIComponent(id)}`, sessionId);
}

Deno.test({
  name: "hostile texts of models, tools, writers and sessions are shown, and nothing runs or leaves [security 9]",
  ignore: isMissing,
  async fn(t) {
    await using agent = await Agent.start();
    await using site = new HostileSite();
    await using chromium = await Chromium.launch({ hosts: [EVIL] });
    const texts = hostileTexts(`http://${EVIL}:${site.port}`);
    const { daemon, model } = agent;
    const api = new Api(daemon.endpoint);
    const sessionId = await agent.session();
    await chromium.context.addInitScript(watchPolicy);
    const page = await openPage(daemon, chromium, { sessionId });
    const watch = new Watch(page, chromium, site, originOf(daemon));

    await t.step("what a model says and thinks, however it is cut", async () => {
      await using client = agent.attach(sessionId);
      for (let from = 0; from < texts.length; from += TEXTS_IN_A_TURN) {
        const some = texts.slice(from, from + TEXTS_IN_A_TURN);
        const mark = `That was number ${from}`;
        await model.script({
          thinking: cut(some.join("\n\n"), from + 1),
          tokens: [...some.flatMap((text, i) => [...cut(text, from + i), "\n\n"]), mark],
          times: 1,
        });
        const { turnId } = await client.submit(`say ${from}`, { signal: soon() });
        await endOf(client, turnId);
        await page.locator(".answer", { hasText: mark }).waitFor();
        await watch.assertUnharmed(mark);
      }
    });

    await t.step(
      "each text as a message of a person, and as an answer by itself, while it comes and when it is there",
      async () => {
        const another = await agent.session(); // all of it in one would be more than the model's window
        await show(page, another);
        await using client = agent.attach(another);
        for (const [i, text] of texts.entries()) {
          const mark = `Answer ${i} is over.`;
          await model.script({ tokens: [text, `\n\n${mark}`], times: 1 });
          const { turnId } = await client.submit(text, { signal: soon() });
          await endOf(client, turnId);
          await page.locator(".answer", { hasText: mark }).waitFor();
          await watch.assertUnharmed(text);
        }
      },
    );

    await t.step("arguments and results of tools, and what is asked about", async () => {
      const another = await agent.session();
      await show(page, another);
      await using client = agent.attach(another);
      const harmful = texts.join("\n\n").replaceAll("\0", "");
      await Deno.writeTextFile(agent.path("harm.md"), harmful);
      await agent.script([["read_file", { path: "harm.md" }], [texts[9] ?? "", { path: texts[24] }]]);
      const read = await client.submit("read it", { signal: soon() });
      await endOf(client, read.turnId);
      const cards = page.locator(".tool summary");
      await cards.first().waitFor();
      for (const card of await cards.all()) await card.click();
      await watch.assertUnharmed("results");

      await agent.script([["write_file", { path: "new.html", content: harmful.slice(0, 8_000) }]]);
      const asked = await client.submit("write it", { signal: soon() });
      await page.locator("#permission.permission-open").waitFor();
      await watch.assertUnharmed("a request for permission");
      await client.cancel({ turnId: asked.turnId }, soon());
      await page.locator("#permission").waitFor({ state: "detached" });

      await agent.script([["ask_user", { question: texts.slice(0, 20).join(" "), options: texts.slice(20, 24) }]]);
      const question = await client.submit("ask me", { signal: soon() });
      await page.locator("#permission.permission-open").waitFor();
      await watch.assertUnharmed("a question");
      await client.cancel({ turnId: question.turnId }, soon());
      await page.locator("#permission").waitFor({ state: "detached" });

      await model.script({ fault: { kind: "error", after: 0, message: texts.slice(0, 30).join(" ") }, times: 3 });
      await client.submit("fail", { signal: soon() });
      await page.locator(".turn-error").last().waitFor();
      await watch.assertUnharmed("an error of the model server");
    });

    await t.step("names of writers, titles, tags and names of models", async () => {
      const names = texts.filter((text) => text.length <= 200 && !text.includes("\0"));
      assert(names.length > 50, "most are short enough for a name");
      for (const [i, name] of names.entries()) {
        await model.script({ tokens: ["ok"], times: 1 });
        const { sessionId: other } = await api.call("createSession", {
          body: { title: name, metadata: { note: name } },
        });
        await api.call("updateSession", { params: { sessionId: other }, body: { tags: [name.slice(0, 50)] } });
        if (i % 5 !== 0) continue; // the list shows all of them, the head of the conversation some
        const body = { clientId: `c${i}`, writerId: name, content: "hello", mode: "chat" } as const;
        await api.call("submitTurn", { params: { sessionId: other }, body });
        await show(page, other);
        await page.locator(".answer", { hasText: "ok" }).waitFor();
        await page.locator(".question .writer").first().waitFor();
        await watch.assertUnharmed(name);
      }
      await model.configure({ models: [{ id: "fake-model", state: "loaded" }, ...names.map((id) => ({ id }))] });
      await page.locator(".model").click();
      await page.getByRole("combobox", { name: "Narrow down" }).waitFor();
      await watch.assertUnharmed("names of models");
    });

    await t.step("what an address says, in which anybody may write anything", async () => {
      for (const text of [...texts.slice(0, 12), "%", "%00", "__proto__", "a".repeat(5_000)]) {
        for (
          const hash of [
            `#session=${encodeURIComponent(text)}`,
            `#${text}`,
            `#ticket=${encodeURIComponent(text)}&name=${encodeURIComponent(text)}`,
          ]
        ) {
          await page.evaluate((hash) => location.hash = hash, hash);
          await watch.assertUnharmed(hash);
        }
      }
      await page.reload();
      await page.locator(".session-list[aria-busy=false]").waitFor();
      await watch.assertUnharmed("loaded again");
    });
  },
});
