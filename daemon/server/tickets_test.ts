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

Deno.test("Tickets.issue() keeps a bounded number and drops the oldest [security 6]", () => {
  const tickets = new Tickets();
  const issued = Array.from({ length: MAX_OPEN_TICKETS + 1 }, () => tickets.issue(origin).ticket);
  assertEquals(issued.map((ticket) => tickets.redeem(ticket, origin)), [
    false,
    ...Array(MAX_OPEN_TICKETS).fill(true),
  ]);
});
