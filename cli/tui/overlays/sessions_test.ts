import type { SessionSummary } from "@opta/protocol";
import { initialState } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { OverlayTest } from "../testing/overlay_context.ts";
import { sessionsOverlay } from "./sessions.ts";

const summary = (id: string, more: Partial<SessionSummary> = {}): SessionSummary => ({
  ...{
    sessionId: id,
    model: null,
    title: `Title of ${id}`,
    tags: [],
    createdAt: "",
    updatedAt: "1970-01-01T00:00:00Z",
  },
  ...{ activeTurnId: null, queuedTurns: 0, toolCallCount: 0, writerCount: 1, pendingPermissions: 0, headSeq: 1 },
  ...more,
});

interface ListQuery {
  query: { text?: string; cursor?: string };
}

/** The daemon: its sessions can be changed, and its answers can fail. */
function open() {
  const daemon = {
    sessions: [
      summary("here"),
      summary("s2", { activeTurnId: "t" }),
      summary("s3", { queuedTurns: 2, title: "a\x1b[2Jb" }),
    ],
    failure: null as string | null,
    texts: [] as string[],
  };
  const answer = <T>(value: () => T): T => {
    if (daemon.failure !== null) throw new Error(daemon.failure);
    return value();
  };
  const test = new OverlayTest(sessionsOverlay, {
    state: initialState("here", "e"),
    answers: {
      listSessions: ({ query: { text } }: ListQuery) =>
        answer(() => {
          if (text === undefined) return { sessions: daemon.sessions, nextCursor: null };
          daemon.texts.push(text);
          return { sessions: [summary("old")], nextCursor: null };
        }),
      updateSession: ({ params, body }: { params: { sessionId: string }; body: { title: string } }) =>
        answer(() => summary(params.sessionId, { title: body.title })),
      deleteSession: ({ params: { sessionId } }: { params: { sessionId: string } }) =>
        answer(() => ({ sessionId, deleted: true })),
    },
  });
  return { test, daemon };
}

Deno.test("sessions are listed with what runs in them, the one that is shown marked, all of it safe", async () => {
  const { test } = open();
  using _ = test;
  const lines = (await test.read({ columns: 60, rows: 10 })).split("\n");
  assertEquals(lines, [
    "Sessions  ›",
    "› * Title of here                                   just now",
    "    Title of s2                           running · just now",
    "    ab                                   2 queued · just now",
    "type to search · Enter opens · Tab more · Esc closes",
  ]);
});

Deno.test("a session that asks for permission says so", async () => {
  const { test, daemon } = open();
  using _ = test;
  daemon.sessions = [summary("s1", { activeTurnId: "t", pendingPermissions: 1 })];
  await test.read();
  test.clock.pass(2_000);
  assertStringIncludes(await test.read(), "asks for permission · just now");
});

Deno.test("Enter goes over to the chosen session, and closes; to the one that is shown it only closes", async () => {
  const { test } = open();
  using _ = test;
  await test.read();
  test.press("down", "enter");
  await test.read();
  assertEquals([test.opened, test.isClosed], [["s2"], true]);
  const { test: same } = open();
  using _same = same;
  await same.read();
  same.press("enter");
  await same.read();
  assertEquals([same.opened, same.isClosed], [[], true]);
});

Deno.test("what runs is looked at again and again, as long as the overlay is open", async () => {
  const { test, daemon } = open();
  await test.read();
  daemon.sessions = [summary("here", { activeTurnId: "t" })];
  test.clock.pass(2_000);
  assertStringIncludes(await test.read(), "running");
  test.pane[Symbol.dispose]?.();
  assertEquals([test.clock.timerCount, test.signals.every(({ aborted }) => aborted)], [0, true]);
});

Deno.test("a list that cannot be read says so in place, and is read again by itself or with Enter", async () => {
  const { test, daemon } = open();
  using _ = test;
  daemon.failure = "The daemon is gone";
  await test.read();
  const failed = new OverlayTest(sessionsOverlay, {
    answers: {
      listSessions: () => {
        if (daemon.failure !== null) throw new Error(daemon.failure);
        return { sessions: daemon.sessions, nextCursor: null };
      },
    },
  });
  using _failed = failed;
  assertStringIncludes(await failed.read(), "The daemon is gone · it is tried again");
  daemon.failure = null;
  failed.press("enter");
  assertStringIncludes(await failed.read(), "Title of s2");
});

Deno.test("what is typed searches titles at once, and after a moment what was said", async () => {
  const { test, daemon } = open();
  using _ = test;
  await test.read();
  test.press({ typed: "s2" });
  assertStringIncludes(await test.read(), "Title of s2");
  assertEquals(daemon.texts, []);
  test.clock.pass(200);
  const found = await test.read();
  assertEquals(daemon.texts, ["s2"]);
  assertStringIncludes(found, "Title of old");
  assertStringIncludes(found, "found in its text");
});

Deno.test("a session is renamed in place; when that fails it is said, and what was typed stays", async () => {
  const { test, daemon } = open();
  using _ = test;
  await test.read();
  daemon.failure = "The disk is full";
  test.press("down", "tab", { typed: "r!" }, "enter");
  const failed = await test.read();
  assertStringIncludes(failed, "The disk is full");
  assertStringIncludes(failed, "title: Title of s2!");
  daemon.failure = null;
  test.press("enter");
  const renamed = await test.read();
  assertStringIncludes(renamed, "›   Title of s2!");
  assertStringIncludes(renamed, "Esc closes");
});

Deno.test("a session is deleted after a y, and the one that is shown is not", async () => {
  const { test } = open();
  using _ = test;
  await test.read();
  test.press("down", "tab", { typed: "d" });
  assertStringIncludes(
    await test.read(),
    "Delete “Title of s2” with all that was said in it? What runs in it is cancelled.",
  );
  test.press({ typed: "y" });
  const rest = await test.read();
  assertEquals([rest.includes("Title of s2"), test.calls.some((call) => call.startsWith("deleteSession"))], [
    false,
    true,
  ]);
  test.press("home", "tab", { typed: "dy" });
  assertStringIncludes(await test.read(), "is the one that is shown");
});

Deno.test("further pages are read when the end of the list comes near", async () => {
  const page = (from: number) => Array.from({ length: 50 }, (_, i) => summary(`s${from + i}`));
  const test = new OverlayTest(sessionsOverlay, {
    answers: {
      listSessions: ({ query: { cursor } }: ListQuery) =>
        cursor === undefined ? { sessions: page(0), nextCursor: "c1" } : { sessions: page(50), nextCursor: null },
    },
  });
  using _ = test;
  await test.read();
  assertEquals(test.calls.length, 1);
  test.press("end");
  assertStringIncludes(await test.read(), "50 of 100");
  test.press("end");
  assertStringIncludes(await test.read(), "Title of s99");
});

Deno.test("what was left before it was done closes nothing any more", async () => {
  const going = Promise.withResolvers<void>();
  const { test } = open();
  using _ = test;
  await test.read();
  test.openWith(() => going.promise);
  test.press("down", "enter");
  assertStringIncludes(await test.read(), "opening it …");
  test.press("escape");
  going.resolve();
  await test.read();
  assertEquals(test.isClosed, false);
});
