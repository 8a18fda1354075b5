import { assertEquals } from "@std/assert";
import type { SessionSummary } from "@opta/protocol";
import { statusOf, titleOf } from "./session_status.ts";

const summary = (changes: Partial<SessionSummary>) => ({
  ...{ sessionId: "s", model: null, title: "", tags: [], createdAt: "", updatedAt: "", activeTurnId: null },
  ...{ queuedTurns: 0, toolCallCount: 0, writerCount: 0, headSeq: 1, pendingPermissions: 0, ...changes },
});

Deno.test("statusOf() puts first what needs somebody", () => {
  const running = { activeTurnId: "t", queuedTurns: 2 };
  assertEquals(statusOf(summary({ ...running, pendingPermissions: 1 })), "asks");
  assertEquals([statusOf(summary(running)), statusOf(summary({ queuedTurns: 1 })), statusOf(summary({}))], [
    "runs",
    "waits",
    "rests",
  ]);
});

Deno.test("titleOf() has a word for a session without a title", () => {
  assertEquals([titleOf({ title: " " }), titleOf({ title: "Rivers" })], ["New chat", "Rivers"]);
});
