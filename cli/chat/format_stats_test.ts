import { assertEquals } from "@std/assert";
import type { TurnStats } from "@opta/protocol";
import { formatStats } from "./format_stats.ts";
import { play, stats, turn } from "./testing/session_script.ts";

function formatted(changes: Partial<TurnStats>, finishReason = "stop"): string {
  const { queued, start } = turn(1);
  const ended = play([queued(), start("m1")]).active!;
  return formatStats(ended, { kind: "done", finishReason, stats: { ...stats, ...changes } });
}

Deno.test("formatStats() says how far the count of tokens can be trusted", () => {
  assertEquals(formatted({ usageSource: "reported" }), "m1 · 10 tokens · 20.0 tokens/s · 0.5 s");
  assertEquals(
    formatted({ usageSource: "estimated", completionTokens: 1 }),
    "m1 · 1 token (est.) · 20.0 tokens/s · 0.5 s",
  );
  assertEquals(formatted({ usageSource: "partial", speed: 0 }), "m1 · 10 tokens (est., broken off) · 0.5 s");
});

Deno.test("formatStats() names an end that is not the usual one", () => {
  assertEquals(formatted({ usageSource: "reported" }, "length").split(" · ").at(-1), "cut off at the length limit");
  assertEquals(formatted({ usageSource: "reported" }, "fil\x1b[2Jter").split(" · ").at(-1), "ended by filter");
});
