import { assert, assertEquals, assertFalse, assertMatch } from "@std/assert";
import { MAX_OPEN_TICKETS } from "./limits.ts";
import { Tickets } from "./tickets.ts";

const origin = "http://127.0.0.1:9999";

Deno.test("Tickets.redeem() takes a ticket once, from its origin [security 3]", () => {
  const tickets = new Tickets();
  const { ticket, expiresInMs } = tickets.issue(origin);
  assertMatch(ticket, /^[\w-]{43}$/);
  assertEquals(expiresInMs, 30_000);
  assert(tickets.redeem(ticket, origin));
  assertFalse(tickets.redeem(ticket, origin));
});

Deno.test("Tickets.redeem() refuses another origin, and the ticket is spent [security 3]", () => {
  const tickets = new Tickets();
  const { ticket } = tickets.issue(origin);
  assertFalse(tickets.redeem(ticket, "https://evil.example"));
  assertFalse(tickets.redeem(ticket, origin));
});

Deno.test("Tickets.redeem() refuses a ticket after its time [security 3]", () => {
  let now = 0;
  const tickets = new Tickets(() => now);
  const { ticket: inTime } = tickets.issue(origin);
  const { ticket: late } = tickets.issue(origin);
  now = 29_999;
  assert(tickets.redeem(inTime, origin));
  now = 30_000;
  assertFalse(tickets.redeem(late, origin));
});

Deno.test("Tickets.stateOf() tells by an id, which is no ticket, what has become of one", () => {
  let now = 0;
  const tickets = new Tickets(() => now);
  const [used, stolen, late] = [tickets.issue(origin), tickets.issue(origin), tickets.issue(origin)];
  const states = () => [used, stolen, late].map(({ ticketId }) => tickets.stateOf(ticketId));
  assertEquals(states(), ["open", "open", "open"]);
  assertFalse(tickets.redeem(used.ticketId, origin));
  assert(tickets.redeem(used.ticket, origin));
  assertFalse(tickets.redeem(stolen.ticket, "https://evil.example"));
  assertEquals(states(), ["redeemed", "gone", "open"]);
  now = 30_000;
  assertEquals(states(), ["redeemed", "gone", "gone"]);
  for (let i = 0; i < MAX_OPEN_TICKETS; i++) tickets.redeem(tickets.issue(origin).ticket, origin);
  assertEquals(tickets.stateOf(used.ticketId), "gone", "only the last ones are remembered");
});

Deno.test("Tickets.issue() keeps a bounded number and drops the oldest [security 6]", () => {
  const tickets = new Tickets();
  const issued = Array.from({ length: MAX_OPEN_TICKETS + 1 }, () => tickets.issue(origin).ticket);
  assertEquals(issued.map((ticket) => tickets.redeem(ticket, origin)), [
    false,
    ...Array(MAX_OPEN_TICKETS).fill(true),
  ]);
});
