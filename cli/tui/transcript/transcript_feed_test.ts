import { assert, assertEquals } from "@std/assert";
import { type EventDraft, initialState, type SessionState } from "@opta/protocol";
import { loadLanguage } from "@opta/view/highlight";
import { play, turn } from "../../chat/testing/session_script.ts";
import { assertFits, plainLines } from "../testing/assert_fits.ts";
import { themeOf } from "../theme.ts";
import { transcriptText } from "./history.ts";
import { newFeed, printed, show } from "./testing/feeds.ts";

const figures = "test-model · 10 tokens (est.) · 20.0 tokens/s · 0.5 s";

Deno.test("TranscriptFeed prints a turn: who asks, the answer by blocks, and how it ended", () => {
  const one = turn(1, { content: "hello\nthere" });
  const made = newFeed();
  assertEquals(show([one.queued(), one.start()], made), ["› hello", "  there"]);
  const state = play([one.queued(), one.start(), one.text("Some *wor")]);
  assertEquals(printed(made.feed.take(state)), []);
  assertEquals(plainLines({ lines: made.live() }), ["", "Some *wor"]);
  const more = play([one.text("ds*.\n\nMore")], () => {}, state);
  assertEquals(printed(made.feed.take(more)), ["", "Some words."]);
  assertEquals(plainLines({ lines: made.live() }), ["", "More"]);
  assertEquals(printed(made.feed.take(play([one.done()], () => {}, more))), ["", "More", "", figures]);
  assertEquals(made.live(), []);
});

Deno.test("TranscriptFeed names others, and modes that are not the usual one", () => {
  const other = turn(2, { writerId: "bob@far", clientId: "there", content: "and I?" });
  const queued = other.queued();
  const planned = { ...queued, payload: { ...queued.payload, mode: "plan" } } as EventDraft;
  assertEquals(show([planned, other.start()]), ["bob@far› [plan] and I?"]);
});

Deno.test("TranscriptFeed folds a long message", () => {
  const one = turn(1, { content: Array.from({ length: 30 }, (_, i) => `line ${i}`).join("\n") });
  const lines = show([one.queued(), one.start()]);
  assertEquals([lines.length, lines[0], lines.at(-1)], [13, "› line 0", "  … 18 more lines (Ctrl-O)"]);
});

Deno.test("TranscriptFeed shows a call while it runs, and then what came of it, in the order of the parts", () => {
  const one = turn(1);
  const made = newFeed();
  const drafts = [one.queued(), one.start(), one.toolStart("c1", "read_file", { path: "a" })];
  show([...drafts, one.toolStart("c2", "read_file", { path: "b" })], made);
  const both = [...drafts, one.toolStart("c2", "read_file", { path: "b" }), one.toolEnd("c2", "1\n2\n")];
  made.feed.take(play(both));
  made.pass(2_500);
  assertEquals(plainLines({ lines: made.live() }), ["", "▸ read_file a · 2 s", "✓ read_file b · 0.1 s · 2 lines"]);
  assertEquals(printed(made.feed.take(play([...both, one.toolEnd("c1", "1\n2\n3\n")]))), [
    "",
    "✓ read_file a · 0.1 s · 3 lines",
    "✓ read_file b · 0.1 s · 2 lines",
  ]);
});

Deno.test("a command shows its last lines, who allowed it, and how to see the rest", () => {
  const one = turn(1);
  const args = { command: "npm test" };
  const output = Array.from({ length: 30 }, (_, i) => `out ${i}`).join("\n");
  const lines = show([
    ...[one.queued(), one.start(), one.asked("r1"), one.decided("r1", { decidedBy: "bob", scope: "session" })],
    one.toolStart("call_of_r1", "run_command", args),
    one.toolEnd("call_of_r1", `Exit code 1 after 3 s.\n\n${output}\n`, { ok: false, elapsed: 3 }),
  ], newFeed({ columns: 80 }));
  assertEquals(lines.slice(2), [
    "✗ run_command npm test · allowed for this session by bob · 3.0 s · exit 1",
    "    … 25 earlier lines (Ctrl-O)",
    ...[25, 26, 27, 28, 29].map((i) => `    out ${i}`),
  ]);
});

Deno.test("a change shows its coloured diff, a denied call who denied it", () => {
  const one = turn(1);
  const made = newFeed();
  const diff = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-old\n+new\n";
  const state = play([
    ...[one.queued(), one.start(), one.asked("r1", { diff }), one.decided("r1")],
    one.toolStart("call_of_r1", "edit_file", { path: "x", old_string: "old", new_string: "new" }),
    one.toolEnd("call_of_r1", "Edited x."),
    ...[one.asked("r2"), one.decided("r2", { decision: "deny", decidedBy: "bob" })],
    one.toolStart("call_of_r2", "run_command", { command: "rm x" }),
    one.toolEnd("call_of_r2", "bob does not allow this.", { ok: false, denied: true }),
  ]);
  const [, card, denied] = made.feed.take(state);
  assertEquals(plainLines(card!), [
    "",
    "✓ edit_file x · allowed by ann · 0.1 s · +1 −1",
    "    @@ -1 +1 @@",
    "    -old",
    "    +new",
  ]);
  assert(card!.lines.includes("    \x1b[31m-old\x1b[39m"));
  assertEquals(plainLines(denied!)[0], "✗ run_command rm x · not allowed by bob");
});

Deno.test("a thought is a line, with its time when it was seen to begin", () => {
  const one = turn(1);
  const made = newFeed();
  const thinking = [one.queued(), one.start(), one.thinking("I wonder\nabout this")];
  show(thinking, made);
  made.pass(3_200);
  assertEquals(plainLines({ lines: made.live() }), ["", "thinking 3 s … I wonder about this"]);
  const state = play([...thinking, one.text("Yes.")]);
  assertEquals(printed(made.feed.take(state)), ["", "thought for 3 s (Ctrl-O)"]);
  assertEquals(show([...thinking, one.text("Yes."), one.done()], newFeed()).slice(1, 3), [
    "",
    "thought for 1 s (Ctrl-O)",
  ]);
});

Deno.test("what the model does before it answers stands below, and goes", () => {
  const one = turn(1);
  const made = newFeed();
  show([one.queued(), one.start(), one.progress("Reading the prompt, 40%")], made);
  assertEquals(plainLines({ lines: made.live() }), ["", "Reading the prompt, 40%"]);
  const more = [one.queued(), one.start(), one.progress("qwen answers instead", "fallback")];
  assertEquals(show(more, newFeed()), ["› hi", "", "qwen answers instead"]);
  const quiet = newFeed();
  show([one.queued(), one.start()], quiet);
  quiet.pass(5_000);
  assertEquals(plainLines({ lines: quiet.live() }), ["", "waiting for test-model · 5 s"]);
});

Deno.test("a turn that fails, is cancelled, or never began says so", () => {
  const one = turn(1, { content: "go" });
  assertEquals(show([one.queued(), one.start(), one.text("Hel"), one.error("lmx-timeout", "Nothing came.")]).slice(1), [
    ...["", "Hel", "", "lmx-timeout: Nothing came.", "/retry asks again"],
  ]);
  const cancelled = show([one.queued(), one.start(), one.toolStart("c1"), one.cancelled(), one.done("cancelled")]);
  assertEquals(cancelled.slice(1), ["", "✗ read_file · not finished", "", "cancelled", figures]);
  assertEquals(show([one.queued(), one.done("cancelled")]), ["cancelled before it began: go"]);
});

Deno.test("a fence is printed line by line, its colours those of the whole, and a remark does not tear it apart", async () => {
  await loadLanguage("ts");
  const one = turn(1);
  const made = newFeed();
  const text = ["/* two", "lines */ let a = 1;", "let b", ""];
  const begun = [one.queued(), one.start(), one.text("```ts\n")];
  show(begun, made);
  const state = play([...begun, one.text(`${text[0]}\n${text[1]}\nlet `)]);
  const lines = made.feed.take(state).flatMap(({ lines }) => lines);
  assertEquals(plainLines({ lines }), ["", "  ts", "  /* two", "  lines */ let a = 1;"]);
  assert(lines.at(-1)!.startsWith("  \x1b[2mlines */\x1b[22m"));
  assertEquals(plainLines({ lines: made.live() }), ["  let"]);
  const moved = { ...state, seq: state.seq + 1, model: "other" };
  assertEquals(printed(made.feed.take(moved)), []);
  const after = play([one.text("b\n```\nafter")], () => {}, moved);
  assertEquals(printed(made.feed.take(after)), ["  let b", "", "the model of this session is now other"]);
});

Deno.test("an open block that is taller than the live region is printed from its beginning", () => {
  const one = turn(1);
  const made = newFeed({ columns: 20, rows: 6 });
  const begun = [one.queued(), one.start()];
  show(begun, made);
  const words = Array.from({ length: 60 }, (_, i) => `word${i}`).join(" ");
  const lines = printed(made.feed.take(play([...begun, one.text(words)])));
  assert(lines.length > 15, lines.join("\n"));
  assert(made.live().length <= 6);
  const rest = plainLines({ lines: made.live() });
  assertEquals([...lines, ...rest].filter((line) => line !== "").join(" "), words);
  for (const line of lines.slice(1)) assert(line.length > 12, "no line in the middle of a paragraph is short");
});

Deno.test("a long list and a long table are printed by items and rows, the table in the widths of its beginning", () => {
  const one = turn(1);
  const begun = [one.queued(), one.start()];
  const items = Array.from({ length: 30 }, (_, i) => `1. item ${i}\n`).join("");
  const made = newFeed({ columns: 40, rows: 8 });
  show(begun, made);
  const list = [...printed(made.feed.take(play([...begun, one.text(items)]))), ...plainLines({ lines: made.live() })];
  assertEquals(
    list.filter((line) => line !== "").map((line) => line.trim()),
    Array.from({ length: 30 }, (_, i) => `${i + 1}. item ${i}`),
  );
  const two = turn(1);
  const other = newFeed({ columns: 40, rows: 8 });
  const table = `| n | name |\n|---|---|\n${Array.from({ length: 30 }, (_, i) => `| ${i} | name ${i} |\n`).join("")}`;
  show([two.queued(), two.start()], other);
  const rows = [
    ...printed(other.feed.take(play([two.queued(), two.start(), two.text(table)]))),
    ...plainLines({ lines: other.live() }),
  ];
  assertEquals(rows.filter((line) => line.includes("n  │ name")).length, 1, "one header");
  assertEquals(rows.filter((line) => /│ name \d/.test(line)).length, 30);
});

Deno.test("a snapshot in the middle of a turn neither loses nor doubles a character", () => {
  const one = turn(1);
  const drafts = [
    one.queued(),
    one.start(),
    one.text("One.\n\nTwo"),
    one.text(" and more.\n\nThr"),
    one.text("ee."),
    one.done(),
  ];
  const once = show(drafts);
  for (let at = 2; at < drafts.length - 1; at++) {
    const made = newFeed();
    const lines: string[] = [];
    play(drafts, (_event, state) => {
      const isLost = state.seq > at && state.seq < at + 2;
      if (isLost) return;
      lines.push(...printed(made.feed.take(state.seq === at + 2 ? structuredClone(state) : state)));
    });
    assertEquals(lines, once);
  }
});

Deno.test("a state that disagrees with what is printed is said, and the turn is printed again", () => {
  const one = turn(1);
  const made = newFeed();
  show([one.queued(), one.start(), one.text("One.\n\nTwo.\n\n")], made);
  const other = turn(1);
  const state = play([other.queued(), other.start(), other.text("One.\n\nAnother.\n\nThr")]);
  const lines = printed(made.feed.take(structuredClone(state)));
  assertEquals(lines.slice(1), [
    "What stands above of this turn differs from the session's",
    ...["log. Here it is again:", "", "› hi", "", "One.", "", "Another."],
  ]);
});

Deno.test("a log that was lost or restored is said", () => {
  const one = turn(1);
  const made = newFeed();
  show([one.queued(), one.start(), one.text("One.\n\n")], made);
  const other = turn(7, { content: "anew" });
  const state = { ...play([other.queued(), other.start()]), epoch: "e2" };
  assertEquals(printed(made.feed.take(state)).slice(-2), ["", "› anew"]);
  assert(printed(newFeed().feed.take(state)).length === 1);
});

Deno.test("history() shows the latest turns and says how many there are before them; take() goes on from there", () => {
  const all = Array.from({ length: 5 }, (_, i) => turn(i, { content: `question ${i}` }));
  const state = play(all.flatMap((one) => [one.queued(), one.start(), one.text("Yes."), one.done()]));
  const made = newFeed();
  const lines = printed(made.feed.history(state, 2));
  assertEquals(lines.filter((line) => line.startsWith("›")), ["› question 3", "› question 4"]);
  assertEquals(lines[0], "… 3 turns before this: /history shows them");
  const next = turn(9, { content: "next" });
  const later = play([next.queued(), next.start()], () => {}, state);
  assertEquals(printed(made.feed.take(state)), []);
  assertEquals(printed(made.feed.take(later)), ["", "› next"]);
});

Deno.test("history() shows imported messages, and what was undone or summarized where it happened", () => {
  const one = turn(1, { content: "do it" });
  const state: SessionState = {
    ...play([one.queued(), one.start(), one.text("Done."), one.done()]),
    imported: [{ role: "system", content: "Be brief." }, { role: "user", content: "q" }, {
      role: "assistant",
      content: "**a**",
    }],
    undone: [{ afterTurnId: one.turnId, kind: "undo", files: ["a.txt"], fileCount: 1 }],
    compaction: { throughTurnId: one.turnId, summary: "s" },
  };
  assertEquals(printed(newFeed({ columns: 100 }).feed.history(state, 10)).filter((line) => line !== ""), [
    ...["system: Be brief.", "› q", "a", "› do it", "Done.", figures, "changes taken back: a.txt"],
    "the model is sent a summary in place of the conversation up to an earlier turn",
  ]);
});

Deno.test("processes, undone changes and another model are said once", () => {
  const made = newFeed({ columns: 100 });
  const empty = initialState("sess_1", "e1");
  made.feed.take(empty);
  const process = {
    ...{ processId: "bg1", sessionId: "s", pid: 7, command: "npm start", label: null, cwd: "/w", state: "running" },
    ...{ exitCode: null, startedAt: "", endedAt: null, runtimeMs: 1, timeoutMs: null },
  };
  const state: SessionState = {
    ...empty,
    background: { bg1: process },
    undone: [{ afterTurnId: "t", kind: "redo", files: ["a", "b"], fileCount: 2 }],
  };
  assertEquals(printed(made.feed.take(state)).filter((line) => line !== ""), [
    "background: npm start (pid 7): running",
    "changes brought back: a, b",
  ]);
  assertEquals(made.feed.take(structuredClone(state)), []);
  const ended = { ...state, background: { bg1: { ...process, state: "exited", exitCode: 1 } } };
  assertEquals(printed(made.feed.take(ended)), ["", "background: npm start (pid 7): exited, exit 1"]);
});

Deno.test("transcriptText() gives all of it, nothing folded, as it is asked for", () => {
  const one = turn(1, { content: "x\n".repeat(40) });
  const output = Array.from({ length: 30 }, (_, i) => `out ${i}`).join("\n");
  const state = play([
    ...[one.queued(), one.start(), one.thinking("Hm."), one.toolStart("c1", "run_command", { command: "ls" })],
    ...[one.toolEnd("c1", `Exit code 0 after 1 s.\n\n${output}`), one.text("Done."), one.done()],
  ]);
  const lines = [...transcriptText(state, { columns: 60, theme: themeOf("none"), clientId: "here" })];
  const text = plainLines({ lines });
  assertEquals(text.filter((line) => line.includes("x")).length > 39, true);
  assertEquals(text.filter((line) => line.trim().startsWith("out ")).length, 30);
  assert(text.includes("Hm."));
  assertFits({ lines }, { columns: 60, rows: lines.length });
  const first = transcriptText(state, { columns: 60, theme: themeOf("none"), clientId: "here" }).next();
  assertEquals(first.done, false);
});
