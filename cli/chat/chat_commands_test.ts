import { assertEquals } from "@std/assert";
import type { SessionSummary } from "@opta/protocol";
import { formatSessions } from "./chat_commands.ts";

const nowMs = Date.parse("2026-03-01T12:00:00Z");

function session(id: string, updatedAt: string, changes: Partial<SessionSummary> = {}): SessionSummary {
  return {
    sessionId: id,
    model: null,
    title: "",
    tags: [],
    createdAt: updatedAt,
    updatedAt,
    activeTurnId: null,
    queuedTurns: 0,
    toolCallCount: 0,
    writerCount: 0,
    pendingPermissions: 0,
    headSeq: 1,
    ...changes,
  };
}

Deno.test("formatSessions() numbers sessions, and marks the current one and those that run", () => {
  const list = formatSessions(
    [
      session("a", "2026-03-01T11:59:40Z"),
      session("b", "2026-03-01T11:15:00Z", { title: "Rivers\x1b[2J\n", activeTurnId: "t" }),
      session("c", "2026-03-01T02:00:00Z", { title: "Hills" }),
      session("d", "2026-02-26T12:00:00Z", { title: "Lakes" }),
    ],
    "c",
    nowMs,
  );
  assertEquals(list.split("\n"), [
    "  1  just now    (empty)",
    "  2  45 min ago  Rivers [running]",
    "* 3  10 h ago    Hills",
    "  4  3 days ago  Lakes",
  ]);
});

Deno.test("formatSessions() says that there is none", () => {
  assertEquals(formatSessions([], "a", nowMs), "there are no sessions");
});
