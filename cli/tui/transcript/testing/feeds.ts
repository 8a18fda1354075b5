/** Feeds for tests, and what they print. */
import type { EventDraft, SessionState } from "@opta/protocol";
import { play } from "../../../chat/testing/session_script.ts";
import { plainLines } from "../../testing/assert_fits.ts";
import { themeOf } from "../../theme.ts";
import { TranscriptFeed } from "../transcript_feed.ts";

/** `pass` lets time go by. */
export function newFeed({ columns = 60, rows = 10 } = {}) {
  let nowMs = 0;
  const errors: unknown[] = [];
  const feed = new TranscriptFeed({
    theme: themeOf("dark"),
    size: { columns, rows },
    clientId: "here",
    now: () => nowMs,
    onError: (error) => errors.push(error),
    onReady: () => {},
  });
  return { feed, errors, pass: (ms: number) => nowMs += ms, live: () => feed.live({ columns, rows, nowMs }) };
}

/** Without styles. */
export const printed = (blocks: readonly { lines: readonly string[] }[]) =>
  plainLines({ lines: blocks.flatMap(({ lines }) => lines) });

/** What is printed of these events when each of them is a frame. */
export function show(drafts: EventDraft[], made = newFeed(), before?: SessionState): string[] {
  const lines: string[] = [];
  play(drafts, (_event, state) => lines.push(...printed(made.feed.take(state))), before);
  return lines;
}
