import { assertEquals } from "@std/assert";
import { TransferRate } from "./transfer_rate.ts";

Deno.test("add() gives the rate of the last seconds, once there is one", () => {
  const rate = new TransferRate();
  assertEquals(rate.add(0, 0), null);
  assertEquals(rate.add(10, 100), null);
  assertEquals(rate.add(1_000, 1_000), 1_000);
  assertEquals(rate.add(1_000, 11_000), 0); // what came before is more than ten seconds ago
});

Deno.test("add() begins anew when a download does", () => {
  const rate = new TransferRate();
  rate.add(5_000, 0);
  assertEquals(rate.add(100, 1_000), null);
  assertEquals(rate.add(600, 2_000), 500);
});
