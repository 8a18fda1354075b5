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
