/**
 * The script of the page in tests/browser_test.ts: a web client without looks. It comes in by the ticket in the fragment
 * of its address, and then does with the client library what the test asks for through `globalThis.client`.
 */
import { answerOf, type SubmitResult } from "@opta/protocol";
import { hashState, pageEndpoint, Session, type Transport } from "@opta/protocol/client";

declare const history: { replaceState(state: null, unused: "", url: string): void };

/** Far more than any wait here takes, also on a busy machine. */
const FAILURE_TIMEOUT_MS = 20_000;
const soon = () => AbortSignal.timeout(FAILURE_TIMEOUT_MS);

/** The ticket that came last, until it is used. */
let ticket: string | null = null;
/** Waits for a ticket; there is none at hand. */
let taker: ((ticket: string) => void) | null = null;
const wanted = Promise.withResolvers<void>();

/** Takes the ticket out of the address, where it would stay for others to see. */
function takeTicket(): void {
  const found = /^#ticket=(.+)$/.exec(location.hash)?.[1];
  if (found === undefined) return;
  history.replaceState(null, "", location.pathname + location.search);
  ticket = found;
  giveTicket();
}

/** Says whether there was both a ticket and somebody who waits for one. */
function giveTicket(): boolean {
  if (ticket === null || taker === null) return false;
  taker(ticket);
  ticket = taker = null;
  return true;
}

function nextTicket(signal: AbortSignal): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const giveUp = () => {
    if (taker === resolve) taker = null;
    reject(signal.reason);
  };
  signal.addEventListener("abort", giveUp, { once: true });
  taker = resolve;
  if (!giveTicket()) wanted.resolve();
  return promise;
}

takeTicket();
addEventListener("hashchange", takeTicket); // the page was opened again, with another ticket

const baseUrl = new URLSearchParams(location.search).get("daemon") ?? "";
const endpoint = pageEndpoint({ baseUrl, ticket: nextTicket });
const sessions = new Map<Transport, Session>();

function sessionOver(transport: Transport): Session {
  const session = sessions.get(transport);
  if (!session) throw new Error(`Nothing is attached over ${transport}.`);
  return session;
}

const client = {
  /** Resolves when the page is in want of a ticket, and has none. */
  ticketWanted: (): Promise<void> => wanted.promise,

  async attach(transport: Transport, sessionId: string): Promise<void> {
    const names = { clientId: `page-${transport}`, writerId: "page" };
    const session = Session.attach({ endpoint, sessionId, ...names, transport });
    sessions.set(transport, session);
    await session.caughtUp(soon());
  },

  submit: (transport: Transport, content: string): Promise<SubmitResult> =>
    sessionOver(transport).submit(content, { signal: soon() }),

  /** Resolves with the beginning of the answer to the turn that runs. */
  async answering(transport: Transport): Promise<string> {
    const { active } = await sessionOver(transport).until(
      ({ active }) => active !== null && answerOf(active) !== "",
      soon(),
    );
    return active ? answerOf(active) : "";
  },

  /** The hash of the state once so many turns have ended. */
  async hashAfter(transport: Transport, turns: number): Promise<string> {
    return await hashState(await sessionOver(transport).until((state) => state.turns.length === turns, soon()));
  },
};

export type PageClient = typeof client;

Object.assign(globalThis, { client });
