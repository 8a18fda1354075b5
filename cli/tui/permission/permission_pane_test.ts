import type { EventDraft, SessionState } from "@opta/protocol";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Value } from "@opta/view/value";
import * as fc from "fast-check";
import { ManualClock } from "../../../protocol/client/testing/clocks.ts";
import type { Key } from "../../chat/keys.ts";
import { PAINT_GUARD_MS, TYPING_GUARD_MS } from "@opta/view/permission/permission_keys";
import { play, turn } from "../../chat/testing/session_script.ts";
import { assertFits, plainLines } from "../testing/assert_fits.ts";
import { themeOf } from "../theme.ts";
import { PermissionPane } from "./permission_pane.ts";

const { queued, start, asked, decided } = turn(1);
const key = (text: string): Key => ({ name: "text", text });
const usual = { columns: 80, rows: 20 };

function open({ fails = false } = {}) {
  const clock = new ManualClock();
  const said: string[] = [];
  const sent: string[] = [];
  const errors: unknown[] = [];
  const pane = new PermissionPane({
    clock,
    clientId: "here",
    writerId: "ann",
    theme: new Value(themeOf("none")),
    signal: new AbortController().signal,
    say: (text) => said.push(text),
    fail: (error) => errors.push(error),
    resolve: (requestId, choice) => {
      sent.push(`${requestId} ${choice.decision} ${choice.scope ?? choice.answer ?? ""}`.trim());
      return fails
        ? Promise.reject(new Error("no"))
        : Promise.resolve({ ok: true, decision: choice.decision, decidedBy: "ann" });
    },
  });
  let state: SessionState = play([queued(), start()]);
  return {
    ...{ clock, said, sent, errors, pane },
    happen(...drafts: EventDraft[]): void {
      state = play(drafts, (_, next) => pane.look(next), state);
    },
    /** Draws a frame; its text. */
    paint(size = usual): string {
      const view = pane.view(size);
      assertFits(view, size);
      pane.painted();
      return plainLines(view).join("\n");
    },
  };
}

const longCommand = { command: Array.from({ length: 60 }, (_, i) => `echo ${i}`).join("\n") };

Deno.test("a request shows what will run, where, why, and what a wider answer would cover", () => {
  const { pane, happen, paint } = open();
  assertEquals([paint(), pane.isAsking], ["", false]);
  happen(asked("r1", { args: { command: "npm test", cwd: "/work" } }), asked("r2"));
  assertEquals(
    paint(),
    [
      "? run_command asks for permission · 1 of 2",
      "  $ npm test",
      "  cwd: /work",
      "  because run_command runs a program",
      "  s and a would allow: run_command: npm test",
      "  Allow this?  y yes · n no · s yes for this session · a always in this folder ·",
      "  d no, and say why",
    ].join("\n"),
  );
});

Deno.test("what a terminal would obey stands there as an escape [security 10]", () => {
  const { happen, paint } = open();
  happen(asked("r1", { args: { command: "rm -rf ~\rls \x1b[2K\u202e" }, rule: "run_command: rm\n\r*" }));
  assertStringIncludes(paint(), "$ rm -rf ~\\x0dls \\x1b[2K\\u{202e}");
  assertStringIncludes(paint(), "would allow: run_command: rm\\n\\x0d*");
});

Deno.test("keys count only after a frame with the request was written, and the guard time [security 13]", () => {
  const { clock, pane, sent, happen, paint } = open();
  happen(asked("r1"));
  pane.view(usual);
  clock.pass(10_000);
  assertEquals(pane.press(key("y"), true), false); // not painted yet: it belongs to what is being typed
  clock.pass(10_000);
  paint();
  clock.pass(PAINT_GUARD_MS - 1);
  assertEquals([pane.press(key("y"), true), sent], [false, []]);
  clock.pass(TYPING_GUARD_MS);
  assertEquals([pane.press(key("y"), false), pane.press(key("yy"), true), sent], [false, false, []]);
  clock.pass(TYPING_GUARD_MS);
  assertEquals([pane.press(key("y"), true), sent, pane.isAsking], [true, ["r1 allow once"], false]);
});

Deno.test("a frame that was drawn before the request came up, or before it scrolled, begins no guard time", () => {
  const { clock, pane, sent, happen, paint } = open();
  paint();
  happen(asked("r1", { args: longCommand }));
  pane.painted();
  clock.pass(10_000);
  assertEquals(pane.press(key("y"), true), false);
  clock.pass(10_000);
  paint();
  clock.pass(PAINT_GUARD_MS);
  assertEquals(pane.press({ name: "pageDown" }, true), true);
  pane.painted(); // of the frame before
  clock.pass(10_000);
  assertEquals([pane.press(key("y"), true), sent], [false, []]);
});

Deno.test("a request under an overlay takes no key, and waits again when it is back", () => {
  const { clock, pane, happen, paint } = open();
  happen(asked("r1"));
  paint();
  clock.pass(PAINT_GUARD_MS);
  pane.covered();
  pane.painted();
  clock.pass(10_000);
  assertEquals(pane.press(key("y"), true), false);
  clock.pass(10_000);
  paint();
  assertEquals(pane.press(key("y"), true), false);
});

Deno.test("a long request scrolls, and says how much is above and below", () => {
  const { pane, happen, paint } = open();
  happen(asked("r1", { args: longCommand }));
  const first = paint();
  assertStringIncludes(first, "$ echo 0\n");
  assertStringIncludes(first, "… 46 lines below · ↑ ↓ PgUp PgDn");
  assertEquals(pane.press({ name: "down" }, true), true);
  assertStringIncludes(paint(), "… 1 line above, 45 lines below");
  for (let i = 0; i < 9; i++) pane.press({ name: "pageDown" }, true);
  const last = paint();
  assertStringIncludes(last, "  echo 59\n  because run_command runs a program\n  … 46 lines above");
  pane.press({ name: "pageUp" }, true);
  assert(!paint().includes("echo 59"));
});

Deno.test("arrows are for what is being typed when there is nothing to scroll, or a reason is written", () => {
  const { pane, happen, paint } = open();
  happen(asked("r1"));
  paint();
  assertEquals(pane.press({ name: "up" }, true), false);
  const long = open();
  long.happen(asked("r1", { args: longCommand }));
  long.paint();
  long.clock.pass(PAINT_GUARD_MS);
  assertEquals(long.pane.press(key("d"), true), true);
  assertStringIncludes(long.paint(), "Enter denies it");
  assertEquals([long.pane.press({ name: "up" }, true), long.pane.press({ name: "pageDown" }, true)], [false, true]);
});

Deno.test("a rule that is not seen cannot be chosen", () => {
  const { clock, pane, sent, happen, paint } = open();
  const rule = `run_command: ${"x".repeat(400)}`;
  happen(asked("r1", { args: { ...longCommand, then: rule }, rule }));
  assert(paint().includes("always") && !paint().includes("always"));
  clock.pass(PAINT_GUARD_MS);
  assertEquals([pane.press(key("a"), true), sent], [false, []]);
  for (let i = 0; i < 9; i++) pane.press({ name: "pageDown" }, true);
  paint();
  assertStringIncludes(paint(), "a always in this folder");
  clock.pass(TYPING_GUARD_MS);
  assertEquals([pane.press(key("a"), true), sent], [true, ["r1 allow always"]]);
});

Deno.test("where too little of a request fits, nothing can be decided", () => {
  const { clock, pane, sent, happen, paint } = open();
  happen(asked("r1", { args: longCommand }));
  assertStringIncludes(paint({ columns: 80, rows: 5 }), "too little of it fits");
  clock.pass(10_000);
  assertEquals([pane.press(key("y"), true), sent], [false, []]);
  clock.pass(10_000);
  paint();
  clock.pass(TYPING_GUARD_MS);
  paint({ columns: 80, rows: 5 });
  assertEquals([pane.press(key("y"), true), sent], [false, []]);
});

Deno.test("when another client is first the request goes, it is said who did what, and the next one comes [P1]", () => {
  const { clock, pane, said, happen, paint } = open();
  happen(asked("r1"), asked("r2", { toolName: "edit_file" }));
  paint();
  clock.pass(PAINT_GUARD_MS);
  happen(decided("r1", { decidedBy: "bob\x1b[2J@far", scope: "session" }));
  assertEquals(said, ["  run_command: allowed for this session (bob@far)"]);
  assertStringIncludes(paint(), "? edit_file asks for permission\n");
  assertEquals(pane.press(key("y"), true), false); // its own guard time
});

Deno.test("why something is denied is written before it is denied, and Escape goes back", () => {
  const { clock, pane, sent, happen, paint } = open();
  happen(asked("r1"));
  paint();
  clock.pass(PAINT_GUARD_MS);
  pane.press(key("d"), true);
  assertEquals([pane.isWriting, pane.press(key("n"), true)], ["reason", false]);
  assertEquals([pane.press({ name: "escape" }, true), pane.isWriting], [true, null]);
  clock.pass(TYPING_GUARD_MS);
  pane.press(key("d"), true);
  pane.enter("not here");
  assertEquals(sent, ["r1 deny"]);
});

Deno.test("a question shows its answers, takes a number, or what is written", () => {
  const { clock, pane, said, sent, happen, paint } = open();
  const args = { question: "Which\ncolour?", options: ["red", "blue"] };
  happen(asked("r1", { toolName: "ask_user", args, needsAnswer: true, rule: undefined }));
  assertEquals(
    paint(),
    [
      "? a question",
      "  Which",
      "  colour?",
      "  1  red",
      "  2  blue",
      "  Your answer?  1 to 2 choose · w write an answer · n no answer",
    ].join("\n"),
  );
  clock.pass(PAINT_GUARD_MS);
  pane.press(key("w"), true);
  assertEquals(pane.isWriting, "answer");
  pane.enter("green");
  happen(decided("r1", { answer: "green" }));
  assertEquals([sent, said], [["r1 allow green"], ["\x1b[2m  question: answered: green\x1b[22m"]]);
});

Deno.test("a decision that could not be sent is said, and asked for again", async () => {
  const { clock, pane, errors, happen, paint } = open({ fails: true });
  happen(asked("r1"));
  paint();
  clock.pass(PAINT_GUARD_MS);
  pane.press(key("y"), true);
  assertEquals(pane.isAsking, false);
  await Promise.resolve();
  await Promise.resolve();
  assertEquals([errors.length, pane.isAsking], [1, true]);
});

Deno.test("another session resets it, and disposing leaves no timer behind", () => {
  const { clock, pane, happen, paint } = open();
  happen(asked("r1"));
  paint();
  pane.reset();
  assertEquals([pane.isAsking, paint(), clock.timerCount], [false, "", 0]);
  happen(asked("r2"));
  paint();
  pane[Symbol.dispose]();
  assertEquals(clock.timerCount, 0);
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom("a ", "\n", "\t", "日本", "👩‍👩‍👧", "e\u0301", "\x1b[31m", "\r", "\u202e", "🇩🇪"), {
    maxLength: 80,
  })
    .map((pieces) => pieces.join("")),
);

Deno.test("a request never takes more than its rows and columns, whatever it is and however it is scrolled", () => {
  fc.assert(fc.property(
    fc.record({ columns: fc.integer({ min: 1, max: 100 }), rows: fc.integer({ min: 1, max: 30 }) }),
    fc.record({ command: anyText, rule: fc.option(anyText, { nil: undefined }), reason: anyText, toolName: anyText }),
    fc.option(anyText, { nil: undefined }),
    fc.array(fc.constantFrom<Key>({ name: "down" }, { name: "pageDown" }, { name: "up" }, key("d"), key("v"))),
    (size, { command, rule, reason, toolName }, diff, keys) => {
      const { clock, pane, happen, paint } = open();
      happen(asked("r1", { args: { command }, rule, reason, toolName, diff }));
      paint(size);
      clock.pass(PAINT_GUARD_MS);
      for (const key of keys) {
        pane.press(key, true);
        paint(size);
      }
    },
  ));
});
