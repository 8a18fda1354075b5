import { assertEquals, assertRejects } from "@std/assert";
import { abortable } from "./abortable.ts";

const never = new Promise<void>(() => {});

Deno.test("abortable() gives what the work gives, and waits no longer than for the signal", async () => {
  const controller = new AbortController();
  assertEquals(await abortable(Promise.resolve(7), controller.signal), 7);
  await assertRejects(() => abortable(Promise.reject(new TypeError("no")), controller.signal), TypeError, "no");
  const waiting = assertRejects(() => abortable(never, controller.signal), Error, "enough");
  controller.abort(new Error("enough"));
  await waiting;
  await assertRejects(() => abortable(never, controller.signal), Error, "enough");
});
