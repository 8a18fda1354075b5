import { assertEquals } from "@std/assert";
import { answerOf, type EventDraft, initialState, type Payload, type SessionState } from "@opta/protocol";
import * as fc from "fast-check";
import { colorsFor } from "../output/colors.ts";
import { play, turn } from "./testing/session_script.ts";
import { Transcript } from "./transcript.ts";

const plain = colorsFor(false, {});
const newTranscript = () => new Transcript({ clientId: "here", colors: plain, columns: () => 80 });

/** What a client that is attached from the beginning shows of these events. */
function show(drafts: EventDraft[], transcript = newTranscript(), before?: SessionState): string {
  let shown = "";
  play(drafts, (event, state) => shown += transcript.change({ kind: "event", event }, state), before);
  return shown;
}

const figures = "test-model · 10 tokens (est.) · 20.0 tokens/s · 0.5 s";
const withoutModel = figures.slice("test-model · ".length);
const first = turn(1, { content: "hello\nthere" });
const other = turn(2, { writerId: "bob@far", clientId: "there", content: "and I?" });

Deno.test("Transcript shows a turn of this client without a name, and its lines indented", () => {
  assertEquals(
    show([first.queued(), first.start(), first.text("Hel"), first.text("lo!"), first.done()]),
    `› hello\n  there\nHello!\n${figures}\n\n`,
  );
});

Deno.test("Transcript does not repeat a prompt that was typed here", () => {
  const transcript = newTranscript();
  assertEquals(transcript.typed("hello\nthere", first.clientTurnId), "› hello\n  there\n");
  const life = [first.queued(), first.start(), first.text("Hello!\n"), first.done()];
  assertEquals(show(life, transcript), `Hello!\n${figures}\n\n`);
});

Deno.test("Transcript repeats a typed prompt when something came in between", () => {
  const transcript = newTranscript();
  transcript.typed("hello\nthere", first.clientTurnId);
  transcript.line("connection lost");
  assertEquals(show([first.queued(), first.start()], transcript), "› hello\n  there\n");
});

Deno.test("Transcript names other writers", () => {
  const life = [other.queued(), other.start(), other.text("You too."), other.done()];
  assertEquals(show(life), `bob@far› and I?\nYou too.\n${figures}\n\n`);
});

Deno.test("Transcript sets thinking off from the answer", () => {
  const colored = new Transcript({ clientId: "here", colors: colorsFor(true, {}), columns: () => 80 });
  const life = [first.queued(), first.start(), first.thinking("hm"), first.text("Yes.")];
  colored.typed("hello", first.clientTurnId);
  assertEquals(show(life, colored), "\x1b[2mhm\x1b[22m\n\nYes.");
});

Deno.test("Transcript says how a turn ended that did not end well", () => {
  const failed = show([first.queued(), first.start(), first.text("Hel"), first.error("interrupted", "Stopped.")]);
  assertEquals(failed, "› hello\n  there\nHel\ninterrupted: Stopped.\n/retry asks again\n\n");
  const cancelled = show([first.queued(), first.start(), first.text("Hel"), first.done("cancelled")]);
  assertEquals(cancelled, `› hello\n  there\nHel\ncancelled\n${figures}\n\n`);
  const refused = show([first.queued(), first.error("lmx-connection-refused", "No server.")]);
  assertEquals(refused, "› hello\n  there\nlmx-connection-refused: No server.\n/retry asks again\n\n");
  const dropped = show([first.queued(), first.done("cancelled")]);
  assertEquals(dropped, "cancelled before it began: hello there\n");
});

Deno.test("Transcript lets a remark wait for the end of the word", () => {
  const transcript = newTranscript();
  const state = play([first.queued(), first.start(), first.text("one tw")]);
  const shown = transcript.history(state) + transcript.remark("queued (position 1)") +
    show([first.text("o"), first.text(" three")], transcript, state);
  assertEquals(shown, "› hello\n  there\none two\nqueued (position 1)\nthree");
});

Deno.test("Transcript gives a remark at once between words", () => {
  const transcript = newTranscript();
  const state = play([first.queued(), first.start(), first.text("one ")]);
  const shown = transcript.history(state) + transcript.remark("queued") + show([first.text("two")], transcript, state);
  assertEquals(shown, "› hello\n  there\none \nqueued\ntwo");
});

Deno.test("Transcript gives a waiting remark at the latest when the turn ends", () => {
  const transcript = newTranscript();
  const state = play([first.queued(), first.start(), first.text("one")]);
  const shown = transcript.history(state) + transcript.remark("queued") + show([first.done()], transcript, state);
  assertEquals(shown, `› hello\n  there\none\nqueued\n${figures}\n\n`);
});

Deno.test("Transcript leaves out what passes, and keeps who answers instead", () => {
  const life = [first.queued(), first.start(), first.progress("Reading"), first.progress("Again in 1 s", "retry")];
  assertEquals(
    show([...life, first.progress("The cloud answers", "fallback"), first.text("Hi")]),
    "› hello\n  there\nThe cloud answers\nHi",
  );
});

Deno.test("Transcript begins a turn that tries to reach its model, and repeats nothing when it starts", () => {
  const tries = [first.queued(), first.progress("Again", "retry"), first.progress("The cloud answers", "fallback")];
  const shown = "› hello\n  there\nThe cloud answers\n";
  assertEquals(show([...tries, first.start(), first.text("Hi")]), `${shown}Hi`);
  assertEquals(
    show([...tries, first.error("lmx-connection-refused", "No server.")]),
    `${shown}lmx-connection-refused: No server.\n/retry asks again\n\n`,
  );
  assertEquals(show([...tries, first.done("cancelled")]), `${shown}cancelled\n${withoutModel}\n\n`);
});

Deno.test("Transcript does not repeat a typed prompt when its turn tries to reach a model", () => {
  const transcript = newTranscript();
  transcript.typed("hello", first.clientTurnId);
  const life = [first.queued(), first.progress("Again", "retry"), first.progress("The cloud answers", "fallback")];
  assertEquals(show([...life, first.start(), first.text("Hi")], transcript), "The cloud answers\nHi");
});

Deno.test("Transcript offers /retry once, and to whoever asked", () => {
  const transcript = newTranscript();
  const before = play([first.queued(), first.start(), first.error("bad-response", "No.")], (event, state) => {
    transcript.change({ kind: "event", event }, state);
  });
  const second = turn(3, { content: "again" });
  const fails = [second.queued(), second.start(), second.error("bad-response", "No.")];
  assertEquals(show(fails, transcript, before), "› again\nbad-response: No.\n\n");
  const failure = [other.queued(), other.start(), other.error("bad-response", "No.")];
  assertEquals(show(failure), "bob@far› and I?\nbad-response: No.\n\n");
});

Deno.test("Transcript shows imported messages and the whole past", () => {
  const before = {
    ...initialState("sess_1", "e1"),
    imported: [{ role: "user" as const, content: "old" }, { role: "assistant" as const, content: "answer\x07" }],
  };
  const state = play([first.queued(), first.start(), first.text("a"), first.done(), other.queued()], () => {}, before);
  assertEquals(newTranscript().history(state), `› old\nanswer\n\n› hello\n  there\na\n${figures}\n\n`);
});

Deno.test("Transcript strips what a terminal would obey, from writers and models alike", () => {
  const evil = turn(3, { writerId: "eve\x1b]0;x\x07", clientId: "there", content: "a\x1b[2Jb" });
  const shown = show([evil.queued(), evil.start("m\x1b[31m"), evil.text("x\x1b"), evil.text("[31my"), evil.done()]);
  assertEquals(shown, `eve› ab\nxy\n${figures.replace("test-model", "m")}\n\n`);
});

Deno.test("Transcript says that the history is another one", () => {
  const transcript = newTranscript();
  transcript.history(play([first.queued(), first.start(), first.text("Hel")]));
  const restored = play([first.queued(), first.start(), first.error("interrupted", "Stopped.")], () => {}, {
    ...initialState("sess_1", "e2"),
  });
  assertEquals(
    transcript.change({ kind: "reset" }, restored),
    "\nThe end of this session was lost or restored: the text above may differ from its log.\n" +
      "› hello\n  there\ninterrupted: Stopped.\n/retry asks again\n\n",
  );
});

Deno.test("Transcript shows the same whenever it attaches, and through any resets", () => {
  const life = [
    first.queued(),
    other.queued(1),
    first.start(),
    first.thinking("let me "),
    first.thinking("see"),
    first.text("one "),
    first.text("two\n"),
    first.text("three"),
    first.done(),
    other.start(),
    other.text("four"),
    other.error("interrupted", "Stopped."),
  ];
  const expected = show(life);
  fc.assert(fc.property(fc.nat(life.length), fc.infiniteStream(fc.nat(2)), (attachAt, chance) => {
    const transcript = newTranscript();
    const state = play(life.slice(0, attachAt));
    let shown = transcript.history(state);
    const end = play(life.slice(attachAt), (event, state) => {
      const how = chance.next().value;
      if (how === 0) return; // missed: a later reset brings it
      shown += transcript.change(how === 1 ? { kind: "reset" } : { kind: "event", event }, state);
    }, state);
    shown += transcript.change({ kind: "reset" }, end);
    assertEquals(shown, expected);
    assertEquals(end.turns.map(answerOf), ["one two\nthree", "four"]);
  }));
});

Deno.test("Transcript shows each call with what came of it, also of calls that run side by side", () => {
  const { queued, start, toolStart, toolEnd, text } = first;
  const life = [
    ...[queued(), start(), text("I look.")],
    ...[toolStart("a", "read_file", { path: "a.ts" }), toolEnd("a", "1\n2")],
    ...[toolStart("b", "read_file", { path: "b.ts" }), toolStart("c", "run_command", { command: "npm test" })],
    ...[toolEnd("b", "x\ty"), toolEnd("c", "Exit code 1 after 3 s.\n\nfailed\x1b[2J", { ok: false, elapsed: 3 })],
    text("Done."),
  ];
  assertEquals(show(life).split("\n").slice(2), [
    "I look.",
    "▸ read_file a.ts",
    "  ✓ 0.1 s · 2 lines",
    "▸ read_file b.ts",
    "▸ run_command npm test",
    "✓ read_file b.ts · 0.1 s · x y",
    "✗ run_command npm test · 3.0 s · exit 1",
    "    failed",
    "Done.",
  ]);
});

Deno.test("Transcript shows the calls of a history in one line each", () => {
  const { queued, start, toolStart, toolEnd, done } = first;
  const call = toolStart("c", "run_command", { command: "npm test" });
  const state = play([queued(), start(), call, toolEnd("c", "Exit code 0 after 3 s.\n\nfine"), done()]);
  assertEquals(newTranscript().history(state).split("\n")[2], "✓ run_command npm test · 0.1 s · exit 0");
});

Deno.test("Transcript tells of background processes", () => {
  const process = {
    ...{
      processId: "p1",
      sessionId: "sess_1",
      pid: 7,
      command: "npm run\x1b[2J dev",
      label: null,
      cwd: "/",
      state: "running",
    },
    ...{ exitCode: null, startedAt: "", endedAt: null, runtimeMs: 1, timeoutMs: null },
  };
  const status = (more: Partial<typeof process>, reason: string): EventDraft => ({
    event: "background.status",
    payload: { process: { ...process, ...more } as Payload<"background.status">["process"], reason },
  });
  assertEquals(show([status({}, "started")]), "background: npm run dev (pid 7): started\n");
  const exited = status({ state: "exited", exitCode: 1 as never }, "exited");
  assertEquals(show([exited]), "background: npm run dev (pid 7): exited, exit 1\n");
});
