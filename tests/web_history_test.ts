/** A conversation of 10,000 turns in the page: how much of it is drawn, how it scrolls, and how it is searched. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { seedSessions } from "../bench/seed_session.ts";
import { Chromium, hasChromium } from "./support/chromium.ts";
import { startDaemon } from "./support/start_daemon.ts";
import { nextFrame, openPage, until } from "./support/web_page.ts";

const isMissing = !await hasChromium();
if (isMissing) console.log("No Chromium on this machine: the tests of the page are left out.");

const TURNS = 10_000;
/** Rows that may be drawn at a time: a few screens of the lowest ones. */
const MAX_DRAWN = 60;

const kinds = [
  (turn: number) => `Short answer ${turn}.`,
  (turn: number) => `## Answer ${turn}\n\n${"Words that fill a line or two of the answer. ".repeat(1 + turn % 9)}\n`,
  (turn: number) =>
    `A list:\n\n${Array.from({ length: 2 + turn % 6 }, (_, i) => `- item ${i} of ${turn}`).join("\n")}\n`,
  (turn: number) => `Code:\n\n\`\`\`js\n${"const line = 1;\n".repeat(1 + turn % 20)}\`\`\`\n`,
];

function say(turn: number): { question: string; answer: string } {
  const needle = turn === 4_321 ? " needle in the hay" : "";
  return { question: `Question ${turn}${needle}`, answer: kinds[turn % kinds.length]!(turn) };
}

/** Runs in the page: milliseconds from the click on the session until this element has been drawn. */
const openAndMeasure = `async (last) => {
  const begin = performance.now();
  document.querySelector(".session a").click();
  while (!document.querySelector(last)) await new Promise((drawn) => requestAnimationFrame(drawn));
  await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
  return performance.now() - begin;
}`;

/** The rows that are drawn, by number from 0. */
async function drawn(page: Page): Promise<number[]> {
  return await page.evaluate<number[]>(
    'Array.from(document.querySelectorAll(".row"), (row) => Number(row.getAttribute("data-row")))',
  );
}

/** Where a row stands above or below the top of what is seen, in CSS pixels. */
async function topOf(page: Page, row: number): Promise<number> {
  const [own, view] = [
    await page.locator(`[data-row="${row}"]`).boundingBox(),
    await page.locator("#transcript").boundingBox(),
  ];
  return own!.y - view!.y;
}

Deno.test({
  name: "10,000 turns open at their end, with few rows drawn; scrolling, keys and the search reach all of them",
  ignore: isMissing,
  async fn(t) {
    const stateDir = await Deno.makeTempDir({ prefix: "opta-history-" });
    try {
      await seedSessions(stateDir, [{ sessionId: "long", turns: TURNS, deltas: 0, say }]);
      await using daemon = await startDaemon({ stateDir });
      await using chromium = await Chromium.launch();
      const page = await openPage(daemon, chromium);
      const last = page.locator(`[data-row="${TURNS - 1}"] .turn-end`);

      await t.step("opens at its end", async () => {
        const ms = await page.evaluate(`(${openAndMeasure})('[data-row="${TURNS - 1}"] .turn-end')`) as number;
        console.log(`${TURNS} turns stand on the screen ${Math.round(ms)} ms after the click`);
        const rows = await drawn(page);
        assert(rows.length <= MAX_DRAWN, `${rows.length} rows`);
        assert(await last.isVisible());
        assertEquals(await page.locator(".row").first().getAttribute("aria-setsize"), String(TURNS));
      });

      await t.step(
        "scrolls back without a jump: what is read stays where it is while rows above are measured",
        async () => {
          for (let i = 0; i < 12; i++) {
            const before = await drawn(page);
            const row = before[Math.floor(before.length / 2)]!;
            const top = await topOf(page, row);
            await page.locator("#transcript").hover();
            await page.mouse.wheel(0, -120);
            await until(page, async () => await topOf(page, row) !== top);
            await nextFrame(page);
            const moved = await topOf(page, row) - top;
            assert(moved > 20 && moved < 320, `row ${row} moved by ${moved} px`);
            assert((await drawn(page)).length <= MAX_DRAWN);
          }
          await page.getByRole("button", { name: "To the end" }).waitFor();
        },
      );

      await t.step("goes to the beginning and the end by a key", async () => {
        await page.locator("#transcript").focus();
        await page.keyboard.press("g");
        await page.locator('[data-row="0"] .question-text', { hasText: "Question 0" }).waitFor();
        assert((await drawn(page)).length <= MAX_DRAWN);
        await page.keyboard.press("j");
        await page.locator('[data-row="1"]:focus').waitFor();
        await page.keyboard.press("G");
        await last.waitFor();
      });

      await t.step("jumps to the middle by the scroll bar", async () => {
        await page.evaluate(
          "{ const view = document.getElementById('transcript'); view.scrollTop = view.scrollHeight / 2; }",
        );
        await until(page, async () => Math.abs((await drawn(page))[0]! - TURNS / 2) < TURNS / 6);
        const rows = await drawn(page);
        assert(rows.length <= MAX_DRAWN && rows.length > 2, `${rows.length} rows`);
      });

      await t.step("finds a text in a row that is not drawn", async () => {
        await page.keyboard.press("Control+f");
        await page.getByRole("textbox", { name: "Find in this conversation" }).fill("NEEDLE in");
        const found = page.locator('[data-row="4321"] .question-text');
        await found.waitFor();
        await page.locator(".find-bar .hint", { hasText: "1 of 1 message" }).waitFor();
        await until(page, async () => await page.evaluate("CSS.highlights.get('opta-found-here')?.size") === 1);
        assert(await found.isVisible());
        await page.keyboard.press("Escape");
        await page.locator(".find-bar").waitFor({ state: "detached" });
      });

      await t.step("follows what is said now from the end, and stays when somebody reads above", async () => {
        await page.locator("#composer").fill("echo one more");
        await page.keyboard.press("Enter");
        await page.getByRole("button", { name: "To the end" }).click();
        await page.locator(`[data-row="${TURNS}"] .turn-end`).waitFor();
        assert(await page.locator(`[data-row="${TURNS}"] .turn-end`).isVisible());
      });
      assertEquals(chromium.uncaught, []);
    } finally {
      await Deno.remove(stateDir, { recursive: true });
    }
  },
});
