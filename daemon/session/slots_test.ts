import { assert, assertEquals } from "@std/assert";
import { Slots } from "./slots.ts";

const never = new AbortController().signal;

Deno.test("Slots gives out so many places, and the next one in the order of asking [S1]", async () => {
  const slots = new Slots(1);
  const first = await slots.take(never);
  const order: string[] = [];
  const second = slots.take(never).then((giveBack) => (order.push("second"), giveBack));
  const third = slots.take(never).then((giveBack) => (order.push("third"), giveBack));
  first?.();
  (await second)?.();
  (await third)?.();
  assertEquals(order, ["second", "third"]);
  assert(await slots.take(never));
});

Deno.test("Slots lets one leave the line, and loses no place by it", async () => {
  const slots = new Slots(1);
  const first = await slots.take(never);
  const leave = new AbortController();
  const leaving = slots.take(leave.signal);
  const staying = slots.take(never);
  leave.abort();
  assertEquals(await leaving, null);
  assertEquals(await slots.take(leave.signal), null);
  first?.();
  assert(await staying);
});

Deno.test("Slots keeps a place that was given at the moment of leaving", async () => {
  const slots = new Slots(1);
  const first = await slots.take(never);
  const leave = new AbortController();
  const waiting = slots.take(leave.signal);
  first?.();
  leave.abort();
  const giveBack = await waiting;
  assert(giveBack);
  giveBack();
  assert(await slots.take(never));
});
