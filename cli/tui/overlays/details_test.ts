import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { play, turn } from "../../chat/testing/session_script.ts";
import { OverlayTest } from "../testing/overlay_context.ts";
import { detailItems, MAX_DETAILS } from "./detail_items.ts";
import { detailsOverlay } from "./details.ts";

const one = turn(1);
const state = play([
  ...[one.queued(), one.start(), one.thinking("First I look.\nThen I change it."), one.text("hi")],
  ...[one.toolStart("c1", "run_command", { command: "npm test", env: { A: 1 } })],
  ...[one.toolEnd("c1", `Exit code 1\n\n${"x\x1b[2J\n".repeat(300)}the end`, { ok: false })],
  ...[one.toolStart("c2", "edit_file", { path: "a.ts", old_string: "before", new_string: "after" }), one.toolEnd("c2")],
  ...[one.toolStart("c3", "read_file", { path: "b.ts" })],
]);

Deno.test("details are the tool calls and thoughts, the newest first, with how they went", async () => {
  using test = new OverlayTest(detailsOverlay, { state });
  const lines = (await test.read({ columns: 50, rows: 10 })).split("\n");
  assertEquals(
    lines,
    [
      "Details  ›",
      "› read_file b.ts                           running",
      "  edit_file a.ts                      0.1 s · done",
      "  run_command npm test              0.1 s · exit 1",
      "  thinking First I look.",
      "type to search · Enter opens it in full",
    ].map((line, i) => i === 5 ? lines[5]! : line),
  );
  test.press({ typed: "npm" });
  assertStringIncludes(await test.read(), "› run_command npm test");
});

Deno.test("a call is opened in full: how it went, arguments, what it changes, result; and Escape goes back", async () => {
  using test = new OverlayTest(detailsOverlay, { state });
  test.press("down", "enter");
  const text = await test.read();
  assertEquals(text.split("\n").slice(0, -1), [
    "edit_file a.ts",
    ...["How it went", "done in 0.1 s", "", "Arguments", "path: a.ts", "", "Changes", "-before", "+after"],
    ...["", "Result", "done"],
  ]);
  test.press("escape");
  assertStringIncludes(await test.read(), "Details  ›");
  test.press("escape");
  assert(test.isClosed);
});

Deno.test("a diff that permission was asked for is what is shown as the change", async () => {
  const asked = play(
    [one.asked("r1", { callId: "c3", diff: "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n" })],
    () => {},
    state,
  );
  using test = new OverlayTest(detailsOverlay, { state: asked });
  test.press("enter");
  assertStringIncludes(await test.read(), "Changes\n--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new");
});

Deno.test("a long result is searched, and scrolled to its end", async () => {
  using test = new OverlayTest(detailsOverlay, { state });
  test.press("down", "down", "enter");
  const first = await test.read();
  assertStringIncludes(first, "line 1 of 314");
  assertStringIncludes(first, "env:\n{\n");
  test.press({ typed: "/THE END" }, "enter");
  assertStringIncludes(await test.read(), "the end");
  test.press({ typed: "/nowhere" }, "enter");
  assertStringIncludes(await test.read(), "“nowhere” is not there");
  test.press("home", { typed: "n" });
  assertStringIncludes(await test.read(), "“nowhere” is not there");
});

Deno.test("a call that runs is followed while it is looked at, and the choice stays on its item", async () => {
  using test = new OverlayTest(detailsOverlay, { state });
  let changes = 0;
  test.pane.subscribe(() => changes++);
  test.press("enter");
  assertStringIncludes(await test.read(), "it runs");
  changes = 0;
  test.change(play([one.toolEnd("c3", "what was read")], () => {}, state));
  assertEquals(changes > 0, true);
  assertStringIncludes(await test.read(), "what was read");
});

Deno.test("text that streams draws no details anew, and nothing listens after the end", async () => {
  const test = new OverlayTest(detailsOverlay, { state });
  await test.read();
  let changes = 0;
  test.pane.subscribe(() => changes++);
  const answering = play([one.text("a")], () => {}, state);
  test.change(answering); // a part more
  await test.read();
  changes = 0;
  test.change(play([one.text("b")], () => {}, answering));
  assertEquals(changes, 0);
  test[Symbol.dispose]();
  assertEquals(test.listenerCount, 0);
});

Deno.test("a session without tools says so, and a list has a bound", async () => {
  using test = new OverlayTest(detailsOverlay);
  assertStringIncludes(await test.read(), "no tool was called");
  const drafts = Array.from({ length: 50 }, (_, i) => one.toolStart(`c${i}`));
  const many = play([one.queued(), one.start(), ...drafts]);
  const ended = Array.from({ length: 50 }, (_, i) => ({ ...many.active!, turnId: `t${i}` }));
  const items = detailItems({ ...many, turns: ended });
  assertEquals([items.length, items[0]!.id], [MAX_DETAILS, "turn_1 c49"]);
});
