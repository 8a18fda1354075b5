/**
 * Opens the page in the browser and waits until it has come in, so that the command can say whether it has worked.
 *
 *     tickets ─► file ─► opener ─┬─ a page came in ─────────────────────► opened
 *                                ├─ the opener fails ──────────────────► not opened, and why
 *                                ├─ nothing for a while ─► hint ─► wait ─┤
 *                                └─ all tickets are too old ───────────► not opened
 */
import type { Api } from "@opta/protocol/client";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { writePrivateFile } from "../private_file.ts";
import { openFile } from "./open_file.ts";
import { issuePageTicket, type PageIntroduction, type PageTicket, redeemedTicket } from "./page_tickets.ts";
import { redirectPage } from "./redirect_page.ts";

/** A browser that has to start first takes a few seconds; after these the user is told what else to do. */
const HINT_AFTER_MS = 8_000;
/** Files that a killed command has left; their tickets are long past their time. */
const OLD_FILE_MS = 60_000;
const FILE = /^open-[\w-]+\.html$/;

export interface OpenOptions {
  api: Api;
  /** The address of the page. */
  page: string;
  /** Where a browser finds it that does not find it there. */
  sparePage: string;
  introduction: PageIntroduction;
  stateDir: string;
  opener: [string, ...string[]];
  /** The page has not come in yet: here is another way. */
  onWaiting: (ticket: PageTicket) => void;
  hintAfterMs?: number;
  signal: AbortSignal;
}

export type Opened = { kind: "opened"; origin: string } | { kind: "failed"; reason: string };

/** @throws what calls of the daemon throw, and the signal's reason */
export async function openPage(options: OpenOptions): Promise<Opened> {
  const { api, page, sparePage, introduction, stateDir, opener, onWaiting, hintAfterMs = HINT_AFTER_MS } = options;
  await removeOldFiles(stateDir);
  const path = join(stateDir, `open-${crypto.randomUUID()}.html`);
  const ended = new AbortController();
  const signal = AbortSignal.any([options.signal, ended.signal]);
  const issue = (page: string) => issuePageTicket(api, page, introduction, signal);
  try {
    const first = await issue(page);
    const tickets = [first];
    await writePrivateFile(path, redirectPage(first.address));
    void delay(hintAfterMs, null, { signal }).then(async () => {
      const spare = await issue(sparePage);
      tickets.push(spare);
      onWaiting(spare);
    }).catch(() => {}); // no longer waited for; that the daemon is gone is seen below
    return await Promise.race([
      redeemedTicket(api, tickets, signal).then((ticket): Opened =>
        ticket ? { kind: "opened", origin: ticket.origin } : { kind: "failed", reason: "no browser has opened it" }
      ),
      openFile(opener, path).then((reason) => reason === null ? forEver : { kind: "failed" as const, reason }),
    ]);
  } finally {
    ended.abort();
    await Deno.remove(path).catch(() => {}); // it may not have been made
  }
}

/** The opener has done its part. */
const forEver = new Promise<never>(() => {});

async function removeOldFiles(stateDir: string): Promise<void> {
  for await (const { name } of Deno.readDir(stateDir)) {
    if (!FILE.test(name)) continue;
    const path = join(stateDir, name);
    const info = await Deno.lstat(path).catch(() => null); // another command may clear up as well
    if (info && Date.now() - (info.mtime?.getTime() ?? 0) > OLD_FILE_MS) await Deno.remove(path).catch(() => {});
  }
}
