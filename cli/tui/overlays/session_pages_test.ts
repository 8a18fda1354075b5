import type { SessionSummary } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { MAX_SESSIONS, noPages, type SessionPages, withFirstPage, withNextPage } from "./session_pages.ts";

/** Sessions by their age in hours. */
const sessions = (...ages: number[]): SessionSummary[] =>
  ages.map((age) => ({
    ...{ sessionId: `s${age}`, model: null, title: "", tags: [], createdAt: "" },
    updatedAt: new Date(1e12 - age * 3_600_000).toISOString(),
    ...{ activeTurnId: null, queuedTurns: 0, toolCallCount: 0, writerCount: 1, pendingPermissions: 0, headSeq: 1 },
  }));
const idsOf = ({ sessions }: SessionPages) => sessions.map(({ sessionId }) => sessionId).join(" ");

Deno.test("pages are put together, and the first one comes again without losing those behind it", () => {
  const first = withFirstPage(noPages, { sessions: sessions(1, 2), nextCursor: "c1" });
  const both = withNextPage(first, { sessions: sessions(2, 3, 4), nextCursor: "c2" });
  assertEquals([idsOf(both), both.nextCursor], ["s1 s2 s3 s4", "c2"]);
  // s3 has come to the top, s1 is gone.
  const again = withFirstPage(both, { sessions: sessions(0, 2), nextCursor: "c1" });
  assertEquals([idsOf(again), again.nextCursor], ["s0 s2 s3 s4", "c2"]);
  const all = withFirstPage(both, { sessions: sessions(1, 4), nextCursor: null });
  assertEquals([idsOf(all), all.nextCursor], ["s1 s4", null]);
});

Deno.test("a list has a bound", () => {
  const many = sessions(...Array.from({ length: MAX_SESSIONS + 10 }, (_, i) => i));
  const pages = withNextPage(noPages, { sessions: many, nextCursor: "c" });
  assertEquals([pages.sessions.length, pages.nextCursor], [MAX_SESSIONS, null]);
});
