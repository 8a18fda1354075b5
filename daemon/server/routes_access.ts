/** How a browser page gets its credentials: a one-time ticket, then a cookie that no script can read. */
import { OptaError, type RouteResponse } from "@opta/protocol";
import { setCookie } from "@std/http";
import type { ServerContext } from "./context.ts";
import { cookieName } from "./credentials.ts";
import type { Handlers } from "./handlers.ts";

export function accessRoutes(context: ServerContext): Pick<Handlers, "createTicket" | "ticketStatus" | "redeemTicket"> {
  const { guard, credentials, tickets, port } = context;
  return {
    createTicket({ body }) {
      const { origin } = new URL(body.origin);
      if (!guard.trusts(origin)) {
        throw new OptaError("forbidden_origin", "This origin is neither the daemon's nor an allowed one.");
      }
      return Promise.resolve(tickets.issue(origin));
    },

    ticketStatus({ params: { ticketId } }) {
      return Promise.resolve({ state: tickets.stateOf(ticketId) });
    },

    redeemTicket({ body, source: { origin } }) {
      if (origin === null) throw new OptaError("forbidden_origin", "Only a page redeems a ticket.");
      if (!tickets.redeem(body.ticket, origin)) {
        throw credentials.wrong("The ticket is spent, too old, or of another page. Open the page again with: opta web");
      }
      const answer: RouteResponse<"redeemTicket"> = { ok: true };
      const response = Response.json(answer);
      setCookie(response.headers, {
        name: cookieName(port),
        value: credentials.signIn(origin),
        httpOnly: true,
        sameSite: "Strict",
        path: "/v3", // pages and APIs of other ports get no cookie they have no use for
      });
      return Promise.resolve(response);
    },
  };
}
