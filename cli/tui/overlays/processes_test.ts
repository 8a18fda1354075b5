import { type BackgroundProcess, initialState, type SessionState } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { OverlayTest } from "../testing/overlay_context.ts";
import { processesOverlay } from "./processes.ts";

const process = (id: string, more: Partial<BackgroundProcess> = {}): BackgroundProcess => ({
  ...{ processId: id, sessionId: "here", pid: 4, command: "npm run dev", label: "server", cwd: "/w", state: "running" },
  ...{ exitCode: null, startedAt: "1970-01-01T00:00:00Z", endedAt: null, runtimeMs: 1_000, timeoutMs: null },
  ...more,
});
const ended = { state: "exited", exitCode: 2, endedAt: "1970-01-01T00:00:09Z", runtimeMs: 9_000 };
const stateOf = (...processes: BackgroundProcess[]): SessionState => ({
  ...initialState("here", "e"),
  background: Object.fromEntries(processes.map((process) => [process.processId, process])),
});

Deno.test("background processes are listed with how they are doing, those that run first", async () => {
  using test = new OverlayTest(processesOverlay, {
    state: stateOf(process("p1", { ...ended, label: null }), process("p2")),
  });
  const lines = (await test.read({ columns: 60, rows: 10 })).split("\n");
  assertEquals(lines.slice(1, 3), [
    "› server npm run dev                           running · 1 s",
    "  npm run dev                           exited, exit 2 · 9 s",
  ]);
  test.change(stateOf(process("p2", ended)));
  assertStringIncludes(await test.read(), "exited, exit 2");
});

Deno.test("the output of a process is followed while it runs, and not any more when it is left or has ended", async () => {
  let running = process("p1");
  const written = ["one\n", "two\x1b[2J\n", "three\n"];
  const test = new OverlayTest(processesOverlay, {
    state: stateOf(running),
    answers: {
      backgroundOutput: ({ query: { afterSeq } }: { query: { afterSeq: number } }) => {
        const text = written[afterSeq];
        const chunks = text === undefined ? [] : [{ seq: afterSeq + 1, ts: "", stream: "stdout", text }];
        return { process: running, chunks, nextSeq: afterSeq + chunks.length, hasMore: afterSeq === 0 };
      },
    },
  });
  test.press("enter");
  assertStringIncludes(await test.read(), "one\ntwo\n");
  running = process("p1", ended);
  test.clock.pass(500);
  const last = await test.read();
  assertStringIncludes(last, "server · exited, exit 2");
  assertStringIncludes(last, "one\ntwo\nthree\n");
  assertEquals(test.clock.timerCount, 0);
  running = process("p1");
  test.press("escape", "enter");
  await test.read();
  assertEquals(test.clock.timerCount, 1);
  test[Symbol.dispose]();
  assertEquals([test.clock.timerCount, test.listenerCount], [0, 0]);
});

Deno.test("output that cannot be read is said, and tried again", async () => {
  let isThere = false;
  using test = new OverlayTest(processesOverlay, {
    state: stateOf(process("p1")),
    answers: {
      backgroundOutput: () => {
        if (!isThere) throw new Error("The daemon is gone");
        return {
          process: process("p1"),
          chunks: [{ seq: 9, ts: "", stream: "stdout", text: "late" }],
          nextSeq: 9,
          hasMore: false,
        };
      },
    },
  });
  test.press("enter");
  assertStringIncludes(await test.read(), "The daemon is gone · it is tried again");
  isThere = true;
  test.clock.pass(500);
  assertStringIncludes(await test.read(), "(what was written before is not kept)\nlate");
});

Deno.test("a process is ended after a y; one that has ended cannot be", async () => {
  using test = new OverlayTest(processesOverlay, {
    state: stateOf(process("p1"), process("p2", ended)),
    answers: { killBackground: () => ({ killed: true, process: process("p1", ended) }) },
  });
  test.press("tab", { typed: "k" });
  assertStringIncludes(await test.read(), "End server, and all that it has started?");
  test.press({ typed: "y" });
  await test.read();
  assertEquals(test.calls, ['killBackground {"params":{"processId":"p1"},"body":{}}']);
  test.press("down", "tab", { typed: "ky" });
  assertEquals(test.calls.length, 1);
});
