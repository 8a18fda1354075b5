/** The page, and how it comes in. */
import * as http from "../http.ts";
import type { Route } from "./route.ts";

export const pageRoutes = {
  page: {
    method: "GET",
    path: "/",
    auth: "none",
    summary: "The web client; what it shows comes over the other routes",
    response: "text/html",
    head: true,
  },
  pageAsset: {
    method: "GET",
    path: "/assets/:name",
    auth: "none",
    summary: "A script, style or picture of the web client; its name changes with its content",
    response: "*/*",
    head: true,
  },
  createTicket: {
    method: "POST",
    path: "/v3/tickets",
    auth: "token",
    summary: "A one-time ticket for a browser page",
    body: http.TicketBody,
    response: http.Ticket,
    status: 201,
  },
  ticketStatus: {
    method: "GET",
    path: "/v3/tickets/:ticketId",
    auth: "token",
    summary: "Whether a ticket has been exchanged",
    response: http.TicketStatus,
  },
  redeemTicket: {
    method: "POST",
    path: "/v3/tickets/redeem",
    auth: "none",
    summary: "Exchange a ticket for the session cookie of a browser",
    body: http.RedeemTicketBody,
    response: http.TicketRedeemed,
  },
} as const satisfies Record<string, Route>;
