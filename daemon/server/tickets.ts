/**
 * One-time tickets, by which a page gets its cookie without ever holding the token: the command line asks for one, puts
 * it into the fragment of the page's address, and the page exchanges it. A ticket is gone with the first try, right or
 * wrong, and after half a minute.
 */
import { MAX_OPEN_TICKETS, TICKET_LIFETIME_MS } from "./limits.ts";
import { hashSecret, newSecret } from "./secret.ts";

interface Ticket {
  origin: string;
  expiresAt: number;
}

export class Tickets {
  /** By the hash of the ticket, oldest first. */
  readonly #open = new Map<string, Ticket>();
  /** The last that were exchanged, oldest first: whoever made one may ask. */
  readonly #redeemed = new Set<string>();
  readonly #now: () => number;

  /** @param now milliseconds of a monotonic clock */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** @param origin the one page that may redeem it */
  issue(origin: string): { ticket: string; ticketId: string; expiresInMs: number } {
    const now = this.#now();
    for (const [key, { expiresAt }] of this.#open) {
      if (expiresAt <= now || this.#open.size >= MAX_OPEN_TICKETS) this.#open.delete(key);
    }
    const ticket = newSecret();
    const ticketId = keyOf(ticket);
    this.#open.set(ticketId, { origin, expiresAt: now + TICKET_LIFETIME_MS });
    return { ticket, ticketId, expiresInMs: TICKET_LIFETIME_MS };
  }

  /** Whether `ticket` was good for a page of `origin`; it is good for nothing from now on. */
  redeem(ticket: string, origin: string): boolean {
    const key = keyOf(ticket);
    const found = this.#open.get(key);
    this.#open.delete(key);
    const isGood = found !== undefined && found.expiresAt > this.#now() && found.origin === origin;
    if (isGood) this.#remember(key);
    return isGood;
  }

  /** What has become of a ticket, by its id. */
  stateOf(ticketId: string): "open" | "redeemed" | "gone" {
    if (this.#redeemed.has(ticketId)) return "redeemed";
    return (this.#open.get(ticketId)?.expiresAt ?? 0) > this.#now() ? "open" : "gone";
  }

  #remember(key: string): void {
    this.#redeemed.add(key);
    const [oldest] = this.#redeemed;
    if (oldest !== undefined && this.#redeemed.size > MAX_OPEN_TICKETS) this.#redeemed.delete(oldest);
  }
}

/** Looked up by hash, so that the time of a look-up says nothing about the tickets that are open. */
function keyOf(ticket: string): string {
  return hashSecret(ticket).toHex();
}
