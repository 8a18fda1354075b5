/** Tickets for the page, and the addresses that carry them: in the fragment, which a browser sends nowhere. */
import type { Api } from "@opta/protocol/client";
import { setTimeout as delay } from "node:timers/promises";
import { CliError } from "../exit.ts";

/** How often the daemon is asked what has become of tickets: soon for a person, nothing for a daemon. */
const POLL_MS = 100;

export interface PageTicket {
  origin: string;
  ticketId: string;
  /** Good once, for `expiresInMs`. */
  address: string;
  expiresInMs: number;
}

/** What the page is told beside the ticket. */
export interface PageIntroduction {
  /** Of the person. */
  name: string;
  /** The session to show; `null` for the list. */
  sessionId: string | null;
}

/**
 * @param page its address, without a fragment
 * @throws {CliError} when the daemon is too old to serve a page
 */
export async function issuePageTicket(
  api: Api,
  page: string,
  { name, sessionId }: PageIntroduction,
  signal: AbortSignal,
): Promise<PageTicket> {
  const { origin } = new URL(page);
  const { ticket, ticketId, expiresInMs } = await api.call("createTicket", { body: { origin }, signal });
  if (ticketId === undefined) {
    throw new CliError(
      'The running daemon is of a version that serves no page. Start this one with "opta daemon restart"',
    );
  }
  const parts = [`ticket=${ticket}`, `name=${encodeURIComponent(name)}`];
  if (sessionId !== null) parts.push(`session=${encodeURIComponent(sessionId)}`);
  return { origin, ticketId, address: `${page}#${parts.join("&")}`, expiresInMs };
}

/** Waits until a page has exchanged one of the tickets; `null` when all are past their time. */
export async function redeemedTicket(
  api: Api,
  tickets: readonly PageTicket[],
  signal: AbortSignal,
): Promise<PageTicket | null> {
  for (;;) {
    let isOpen = false;
    for (const ticket of tickets) {
      const { state } = await api.call("ticketStatus", { params: { ticketId: ticket.ticketId }, signal });
      if (state === "redeemed") return ticket;
      isOpen ||= state === "open";
    }
    if (!isOpen) return null;
    await delay(POLL_MS, null, { signal });
  }
}
