/** What holds for each of the overlays, whatever is typed and however small the terminal is. */
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import type { Key, KeyName } from "../../chat/keys.ts";
import { play, turn } from "../../chat/testing/session_script.ts";
import { overlayNames } from "../overlay.ts";
import { assertFits } from "../testing/assert_fits.ts";
import { OverlayTest, settled } from "../testing/overlay_context.ts";
import { overlays } from "./registry.ts";

const nasty = "日本\x1b[2J👩‍👩‍👧\u202ee\u0301\r\n\tx".repeat(20);
const one = turn(1);
const state = play([
  ...[one.queued(), one.start(), one.thinking(nasty), one.toolStart("c1", nasty, { command: nasty })],
  ...[
    one.toolEnd("c1", nasty.repeat(5), { ok: false }),
    one.toolStart("c2", "edit_file", { old_string: "a", new_string: nasty }),
  ],
]);
const summary = (i: number) => ({
  ...{ sessionId: `s${i}`, model: null, title: i % 3 === 0 ? nasty : `title ${i}`, tags: [], createdAt: "" },
  ...{
    updatedAt: "1970-01-01T00:00:00Z",
    activeTurnId: null,
    queuedTurns: i,
    toolCallCount: 0,
    writerCount: 1,
    pendingPermissions: i % 2,
    headSeq: 1,
  },
});
const process = {
  ...{ processId: "p", sessionId: "s", pid: 1, command: nasty, label: nasty, cwd: nasty, state: nasty, exitCode: null },
  ...{ startedAt: "1970-01-01T00:00:00Z", endedAt: null, runtimeMs: 1, timeoutMs: null },
};
const answers = {
  listSessions: () => ({ sessions: Array.from({ length: 30 }, (_, i) => summary(i)), nextCursor: null }),
  listModels: () => ({ provider: nasty, server: nasty, reachable: true, models: [], reason: nasty }),
  lmxModels: () => ({ models: [{ model_id: nasty, status: "loaded", memory_bytes: 5 }] }),
  lmxAvailable: () => [{ model_id: "m", repo_id: "org/m", size_bytes: 5 }],
  status: () => ({ model: { provider: "lmx", model: "org/m", transport: "ws", reason: "" } }),
  backgroundOutput: () => ({
    ...{ process, nextSeq: 1, hasMore: false },
    chunks: [{ seq: 1, ts: "", stream: "stdout", text: nasty }],
  }),
};

const names: KeyName[] = ["up", "down", "pageDown", "pageUp", "home", "end", "tab", "enter", "backspace"];
const anyKey = fc.oneof(
  fc.constantFrom(...names).map((name) => ({ name }) as Key),
  fc.constantFrom("a", "日", "/", "r", "d", "n", "G", nasty).map((text): Key => ({ name: "text", text })),
);
const anySize = fc.record({ columns: fc.integer({ min: 1, max: 90 }), rows: fc.integer({ min: 1, max: 25 }) });

for (const name of overlayNames) {
  Deno.test(`the overlay ${name} never takes more than its rows and columns, and leaves nothing behind`, async () => {
    const factory = await overlays[name]!();
    const OPTA_HOME = await Deno.makeTempDir();
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(anyKey, { maxLength: 12 }), anySize, async (keys, size) => {
          const test = new OverlayTest(factory, {
            answers,
            state: { ...state, background: { p: process } },
            env: { OPTA_HOME },
          });
          try {
            await settled();
            assertFits(test.pane.view(size), size);
            for (const key of keys) {
              test.pane.press(key, true);
              await settled();
              assertFits(test.pane.view(size), size);
            }
          } finally {
            test[Symbol.dispose]();
          }
          assertEquals([test.clock.timerCount, test.listenerCount], [0, 0]);
        }),
        { numRuns: 25 },
      );
    } finally {
      await Deno.remove(OPTA_HOME, { recursive: true });
    }
  });
}
