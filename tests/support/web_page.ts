/** The real page, served by the real daemon, in a real browser: signed in as somebody. */
import { Ticket } from "@opta/protocol";
import type { Page } from "playwright-core";
import { builtPage } from "./built_page.ts";
import type { Chromium } from "./chromium.ts";
import type { TestDaemon } from "./start_daemon.ts";

/** Far more than anything here takes, also on a busy machine. */
export const PAGE_TIMEOUT_MS = 20_000;

export interface OpenPageOptions {
  /** Whose page it is. */
  name?: string;
  sessionId?: string;
  /** Of the page, when it is not the daemon itself that the browser talks to. */
  origin?: string;
}

/** The origin under which the daemon's page is opened. */
export function originOf(daemon: TestDaemon): string {
  return daemon.state.pageOrigin ?? daemon.baseUrl;
}

/** An address that signs in once. */
export async function signInAddress(daemon: TestDaemon, options: OpenPageOptions = {}): Promise<string> {
  const { name = "ann", sessionId, origin = originOf(daemon) } = options;
  const response = await daemon.post("/v3/tickets", { origin });
  const { ticket } = Ticket.parse(await response.json());
  const session = sessionId === undefined ? "" : `&session=${sessionId}`;
  return `${origin}/#ticket=${ticket}&name=${name}${session}`;
}

/** Opens the page in a tab of its own, and waits until it is signed in. */
export async function openPage(daemon: TestDaemon, chromium: Chromium, options: OpenPageOptions = {}): Promise<Page> {
  await builtPage();
  const page = await chromium.context.newPage();
  page.setDefaultTimeout(PAGE_TIMEOUT_MS);
  await page.goto(await signInAddress(daemon, options));
  await page.locator(".session-list[aria-busy=false]").waitFor();
  return page;
}

/** Resolves when the page has drawn what it had to. */
export async function nextFrame(page: Page): Promise<void> {
  await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
}

/** Looks after each frame of the page. */
export async function until(page: Page, isTrue: () => Promise<boolean>): Promise<void> {
  const signal = AbortSignal.timeout(PAGE_TIMEOUT_MS);
  while (!await isTrue()) {
    signal.throwIfAborted();
    await nextFrame(page);
  }
}

/** What the page says in the details of its session: the hash of its state, and after which event. */
export async function hashInPage(page: Page): Promise<{ hash: string; seq: number }> {
  await page.getByRole("button", { name: "Details of the session" }).click();
  const code = page.locator(".details code[data-seq]:not(:empty)");
  const hash = await code.textContent() ?? "";
  const seq = Number(await code.getAttribute("data-seq"));
  await page.getByRole("button", { name: "Close", exact: true }).click();
  await page.locator("dialog").waitFor({ state: "detached" });
  return { hash, seq };
}
