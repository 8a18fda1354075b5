import { assertEquals } from "@std/assert";
import type { ModelFailure } from "../model/model.ts";
import { retryDelayMs } from "./retry.ts";

function refusal(again?: { afterMs: number | null }): ModelFailure {
  return { code: "lmx-connection-refused", message: "no", retryable: true, again };
}

Deno.test("retryDelayMs() doubles with each try, within a half of chance, and gives up after three", () => {
  const delays = (random: number) =>
    [0, 1, 2, 3].map((retries) => retryDelayMs(refusal({ afterMs: null }), retries, random));
  assertEquals(delays(1), [500, 1_000, 2_000, null]);
  assertEquals(delays(0), [250, 500, 1_000, null]);
});

Deno.test("retryDelayMs() waits as long as the server asks, but not for minutes", () => {
  assertEquals(retryDelayMs(refusal({ afterMs: 7_000 }), 0, 1), 7_000);
  assertEquals(retryDelayMs(refusal({ afterMs: 0 }), 0, 1), 500);
  assertEquals(retryDelayMs(refusal({ afterMs: 30_001 }), 0, 1), null);
});

Deno.test("retryDelayMs() repeats nothing that a server may have taken", () => {
  assertEquals(retryDelayMs(refusal(), 0, 1), null);
});
