import { assertEquals } from "@std/assert";
import { ECHO_MS, RUNNER_ECHO_MS, usualEchoMs, withoutEchoes } from "./without_echoes.ts";

Deno.test("withoutEchoes() passes a signal and the next one, not what follows at once", () => {
  const seen: number[] = [];
  let nowMs = 0;
  const signal = withoutEchoes(() => seen.push(nowMs), { now: () => nowMs });
  for (nowMs of [5, 6, 5 + ECHO_MS - 1, 5 + ECHO_MS, 6 + ECHO_MS, 5 + 3 * ECHO_MS]) signal();
  assertEquals(seen, [5, 5 + ECHO_MS, 5 + 3 * ECHO_MS]);
});

Deno.test("usualEchoMs() leaves a task runner in the terminal time to pass a Ctrl-C on", () => {
  assertEquals(usualEchoMs({ INIT_CWD: "/x" }, true), RUNNER_ECHO_MS);
  assertEquals([usualEchoMs({}, true), usualEchoMs({ INIT_CWD: "/x" }, false)], [ECHO_MS, ECHO_MS]);
  let nowMs = 0;
  let count = 0;
  const signal = withoutEchoes(() => count++, { echoMs: RUNNER_ECHO_MS, now: () => nowMs });
  for (nowMs of [5, 4 + RUNNER_ECHO_MS, 5 + RUNNER_ECHO_MS]) signal();
  assertEquals(count, 2);
});
