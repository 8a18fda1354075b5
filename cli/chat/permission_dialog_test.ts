import { type EventDraft, type SessionState } from "@opta/protocol";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { colorsFor } from "../output/colors.ts";
import type { Key } from "./keys.ts";
import { PermissionDialog } from "./permission_dialog.ts";
import { PAINT_GUARD_MS, TYPING_GUARD_MS } from "@opta/view/permission/permission_keys";
import { play, turn } from "./testing/session_script.ts";

const { queued, start, asked, decided, cancelled } = turn(1);
const key = (text: string): Key => ({ name: "text", text });

/** A dialog, its time, what it says, and what is decided in it. */
function open({ fails = false } = {}) {
  let timer: { ms: number; run: () => void } | null = null;
  const said: string[] = [];
  const sent: string[] = [];
  const errors: unknown[] = [];
  const dialog = new PermissionDialog({
    clientId: "here",
    writerId: "ann",
    colors: colorsFor(false, {}),
    columns: () => 80,
    clock: {
      after(ms, run) {
        timer = { ms, run };
        return () => timer = null;
      },
    },
    canExplain: true,
    say: (text) => said.push(text.split("\n")[0]!),
    redraw: () => {},
    resolve: (requestId, { decision, scope, answer }) => {
      sent.push(`${requestId} ${decision} ${scope ?? answer ?? ""}`);
      return fails ? Promise.reject(new Error("no")) : Promise.resolve();
    },
    onError: (error) => errors.push(error),
  });
  let state: SessionState = play([queued(), start()]);
  return {
    dialog,
    said,
    sent,
    errors,
    happen(...drafts: EventDraft[]): void {
      state = play(drafts, (_, next) => dialog.look(next), state);
    },
    /** The guard time passes; which one it was. */
    quiet(): number | undefined {
      const due = timer;
      timer = null;
      due?.run();
      return due?.ms;
    },
  };
}

const title = "? run_command asks for permission";

Deno.test("a request takes keys only after it was shown and the guard time has passed [security 13]", () => {
  const { dialog, said, sent, happen, quiet } = open();
  assertEquals(dialog.press(key("y"), true), false);
  happen(asked("r1"));
  assertEquals([said, dialog.question], [[title], null]);
  assertEquals(dialog.press(key("y"), true), false); // it belongs to what is being typed
  assertEquals(quiet(), TYPING_GUARD_MS);
  assertStringIncludes(dialog.question!, "y yes");
  assertEquals(dialog.press(key("yes"), true), false);
  assertEquals(dialog.question, null);
  quiet();
  assertEquals(sent, []);
  assertEquals(dialog.press(key("y"), true), true);
  assertEquals([sent, dialog.question], [["r1 allow once"], null]);
  assertEquals(dialog.press(key("n"), true), false);
  happen(decided("r1"));
  assertEquals(said, [title, "  allowed"]);
});

Deno.test("several requests are asked one after another, each with its own guard time", () => {
  const { dialog, said, sent, happen, quiet } = open();
  happen(asked("r1"), asked("r2"));
  assertEquals(quiet(), PAINT_GUARD_MS);
  dialog.press(key("s"), true);
  happen(decided("r1", { scope: "session" }));
  assertEquals([said, dialog.question], [[title, "  allowed for this session", title], null]);
  assertEquals(quiet(), PAINT_GUARD_MS);
  dialog.press(key("n"), true);
  assertEquals(sent, ["r1 allow session", "r2 deny "]);
});

Deno.test("when another client is first, the question goes, and it is said who decided what [P1]", () => {
  const { dialog, said, happen, quiet } = open();
  happen(asked("r1"));
  quiet();
  happen(decided("r1", { decision: "deny", decidedBy: "bob\x1b[2J@far" }));
  assertEquals([said, dialog.question, dialog.isAsking], [[title, "  not allowed (bob@far)"], null, false]);
});

Deno.test("a decision that lost to another one says what holds [P1]", () => {
  const { dialog, said, happen, quiet } = open();
  happen(asked("r1"));
  quiet();
  dialog.press(key("n"), true);
  happen(decided("r1", { decidedBy: "bob", scope: "always" }));
  assertEquals(said[1], "  allowed always in this folder (bob)");
});

Deno.test("the question goes when the time is over, or the turn is cancelled", () => {
  const late = open();
  late.happen(asked("r1"));
  late.happen(decided("r1", { decision: "deny", decidedBy: "daemon", reason: "timeout" }));
  assertEquals(late.said[1], "  nobody decided in time, so it is not done");
  const stopped = open();
  stopped.happen(asked("r1"));
  stopped.quiet();
  stopped.happen(cancelled());
  assertEquals([stopped.said, stopped.dialog.isAsking], [[title], false]);
});

Deno.test("a request that is open already is asked by whoever attaches [P2]", () => {
  const { dialog, said } = open();
  dialog.look(play([queued(), start(), asked("r1")]));
  assertEquals(said, [title]);
});

Deno.test("why something is denied is written before it is denied", () => {
  const { dialog, sent, happen, quiet } = open();
  happen(asked("r1"));
  quiet();
  assertEquals(dialog.press(key("d"), true), true);
  assertEquals([dialog.isWriting, dialog.question], ["reason", null]);
  assertEquals([dialog.press(key("y"), true), quiet(), sent], [false, undefined, []]);
  dialog.enter("because");
  assertEquals([sent, dialog.isWriting], [["r1 deny "], null]);
});

Deno.test("a request can be shown in full, and then takes keys as if it were new", () => {
  const { dialog, said, sent, happen, quiet } = open();
  happen(asked("r1", { args: { command: "x\n".repeat(60) } }));
  quiet();
  assertStringIncludes(dialog.question!, "v show all");
  dialog.press(key("v"), true);
  assertEquals([said, dialog.question, quiet()], [[title, title], null, PAINT_GUARD_MS]);
  assertEquals(dialog.question!.includes("v show all"), false);
  dialog.press(key("y"), true);
  assertEquals(sent, ["r1 allow once"]);
});

Deno.test("a decision that could not be sent is asked for again", async () => {
  const { dialog, errors, happen, quiet } = open({ fails: true });
  happen(asked("r1"));
  quiet();
  dialog.press(key("y"), true);
  await Promise.resolve();
  await Promise.resolve();
  assertEquals([errors.length, dialog.question, quiet()], [1, null, TYPING_GUARD_MS]);
  assertStringIncludes(dialog.question!, "y yes");
});

Deno.test("a question is answered by a number, or by what is written", () => {
  const args = { question: "Which?", options: ["red", "blue"] };
  const chosen = open();
  chosen.happen(asked("r1", { toolName: "ask_user", args, needsAnswer: true, rule: undefined }));
  chosen.quiet();
  assertStringIncludes(chosen.dialog.question!, "1 to 2 choose");
  chosen.dialog.press(key("2"), true);
  chosen.happen(decided("r1", { answer: "blue\x1b[2J" }));
  assertEquals([chosen.sent, chosen.said], [["r1 allow blue"], ["? a question", "  answered: blue"]]);
  const written = open();
  written.happen(asked("r1", { toolName: "ask_user", args, needsAnswer: true, rule: undefined }));
  written.quiet();
  written.dialog.press(key("w"), true);
  written.dialog.enter("  ");
  assertEquals([written.dialog.isWriting, written.quiet(), written.sent], [null, PAINT_GUARD_MS, []]);
  written.dialog.press(key("w"), true);
  written.dialog.enter(" green ");
  assertEquals(written.sent, ["r1 allow green"]);
});
