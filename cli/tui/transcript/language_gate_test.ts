import { assertEquals } from "@std/assert";
import { play, turn } from "../../chat/testing/session_script.ts";
import { themeOf } from "../theme.ts";
import { TranscriptFeed } from "./transcript_feed.ts";

Deno.test("code waits below until the colours of its language are there, and everything behind it too", async () => {
  const ready = Promise.withResolvers<void>();
  const feed = new TranscriptFeed({
    ...{ theme: themeOf("dark"), size: { columns: 40, rows: 10 }, clientId: "here", now: () => 0 },
    onError: ready.reject,
    onReady: ready.resolve,
  });
  const one = turn(1);
  const state = play([one.queued(), one.start(), one.text("```lua\nlocal a\n```\n\nafter\n\n"), one.done()]);
  const taken = () => feed.take(state).flatMap(({ lines }) => lines);
  assertEquals(taken().length, 1);
  assertEquals(feed.live({ columns: 40, rows: 10, nowMs: 0 }).slice(0, 3), ["", "\x1b[2m  lua\x1b[22m", "  local a"]);
  await ready.promise;
  assertEquals(taken().slice(0, 5), ["", "\x1b[2m  lua\x1b[22m", "  \x1b[35mlocal\x1b[39m a", "", "after"]);
});

Deno.test("code of a language that nobody has heard of does not wait", () => {
  const feed = new TranscriptFeed({
    ...{ theme: themeOf("none"), size: { columns: 40, rows: 10 }, clientId: "here", now: () => 0 },
    onError: () => {},
    onReady: () => {},
  });
  const one = turn(1);
  const state = play([one.queued(), one.start(), one.text("```klingon\nx\n"), one.text("y")]);
  assertEquals(feed.take(state).at(-1)?.lines.at(-1), "  x");
});
