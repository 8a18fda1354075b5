import { assertEquals } from "@std/assert";
import { ECHO_MS, withoutEchoes } from "./without_echoes.ts";

Deno.test("withoutEchoes() passes a signal and the next one, not what follows at once", () => {
  const seen: number[] = [];
  let nowMs = 0;
  const signal = withoutEchoes(() => seen.push(nowMs), () => nowMs);
  for (nowMs of [5, 6, 5 + ECHO_MS - 1, 5 + ECHO_MS, 6 + ECHO_MS, 5 + 3 * ECHO_MS]) signal();
  assertEquals(seen, [5, 5 + ECHO_MS, 5 + 3 * ECHO_MS]);
});
