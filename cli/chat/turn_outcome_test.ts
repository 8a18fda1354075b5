import type { EventDraft, Turn, TurnOverrides } from "@opta/protocol";
import { assertEquals } from "@std/assert";
import { ExitCode } from "../exit.ts";
import { play, stats as figures, turn } from "./testing/session_script.ts";
import type { CallDocument } from "./tool_calls_document.ts";
import { documentOf, exitCodeOf, problemOf } from "./turn_outcome.ts";

const { turnId, queued, start, text, thinking, toolStart, toolEnd, done, error } = turn(1);
const ended = (...life: Parameters<typeof play>[0]) => play([queued(), ...life]).turns[0]!;

Deno.test("exitCodeOf() tells success, failure and cancellation apart", () => {
  assertEquals(exitCodeOf(ended(start(), text("x"), done())), ExitCode.done);
  assertEquals(exitCodeOf(ended(start(), text("x"), done("length"))), ExitCode.done);
  assertEquals(exitCodeOf(ended(start(), text("x"), done("cancelled"))), ExitCode.cancelled);
  assertEquals(exitCodeOf(ended(start(), text("x"), error("interrupted", "Stopped."))), ExitCode.failed);
});

Deno.test("exitCodeOf() knows that no model server answered", () => {
  assertEquals(exitCodeOf(ended(error("lmx-connection-refused", "No."))), ExitCode.noModelServer);
  assertEquals(exitCodeOf(ended(start(), error("lmx-timeout", "No."))), ExitCode.noModelServer);
  for (const code of ["no-model-loaded", "connect-timeout", "first-token-timeout"] as const) {
    assertEquals(exitCodeOf(ended(start(), error(code, "No."))), ExitCode.noModelServer, code);
    assertEquals(exitCodeOf(ended(start(), text("half"), error(code, "No."))), ExitCode.failed, code);
    assertEquals(exitCodeOf(ended(start(), thinking("hm"), error(code, "No."))), ExitCode.failed, code);
  }
  for (const code of ["turn-timeout", "rate-limited"] as const) {
    assertEquals(exitCodeOf(ended(start(), error(code, "No."))), ExitCode.failed, code);
  }
});

Deno.test("problemOf() says what went wrong, and nothing when nothing did", () => {
  assertEquals(problemOf(ended(start(), done())), null);
  assertEquals(problemOf(ended(start(), done("length"))), "The answer was cut off at the length limit");
  assertEquals(problemOf(ended(start(), error("interrupted", "Stopped\x1b[2J.\n"))), "Stopped. (interrupted)");
});

Deno.test("documentOf() has the answer, or the error", () => {
  const answered = {
    response: "Hi",
    finishReason: "stop",
    stats: figures,
    model: "test-model",
    provider: "lmx",
    toolCalls: [],
  };
  assertEquals(documentOf("s", ended(start(), text("H\x1b[1mi"), done())), { sessionId: "s", turnId, ...answered });
  const failure = { error: { code: "interrupted", message: "Stopped." } };
  assertEquals(documentOf("s", ended(start(), error("interrupted", "Stopped."))), {
    ...failure,
    sessionId: "s",
    turnId,
    toolCalls: [],
  });
});

const denied = (callId: string, result: string) => toolEnd(callId, result, { ok: false, denied: true });
const unattended = { overrides: { unattended: true } };

/** A turn in which these calls were made, of which `life` says what became of them. */
function calling(more: { overrides?: TurnOverrides }, ...life: EventDraft[]): Turn {
  const { event, payload } = queued();
  return play([{ event, payload: { ...payload, ...more } } as EventDraft, start(), ...life, done()]).turns[0]!;
}

Deno.test("a turn that was denied its tools where nobody could be asked has failed, and says why once", () => {
  const life = [toolStart("a"), denied("a", "Not allowed.\x1b[2J"), toolStart("b"), denied("b", "Not allowed.")];
  const ended = calling(unattended, ...life);
  assertEquals([exitCodeOf(ended), problemOf(ended)], [ExitCode.failed, "Not allowed."]);
  const asked = calling({}, ...life); // a person said no: that is no failure
  assertEquals([exitCodeOf(asked), problemOf(asked)], [ExitCode.done, null]);
});

Deno.test("a denial is no matter where the same tool was used after all", () => {
  const life = [toolStart("a"), denied("a", "No."), toolStart("b"), toolEnd("b", "missing", { ok: false })];
  const same = calling(unattended, ...life);
  assertEquals([exitCodeOf(same), problemOf(same)], [ExitCode.done, null]);
  const other = calling(unattended, toolStart("c", "run_command"), denied("c", "No."), ...life.slice(2));
  assertEquals([exitCodeOf(other), problemOf(other)], [ExitCode.failed, "No."]);
});

Deno.test("documentOf() lists the calls with bounded arguments, and sets what is said after them off", () => {
  const args = { path: "a", content: "x".repeat(100_000), edits: [{ old: "y".repeat(5_000) }], limit: 3 };
  const life = [text("I look."), toolStart("a", "edit", args), toolEnd("a"), text("Done.")];
  const { toolCalls, response } = documentOf("s", calling({}, ...life, toolStart("b"), denied("b", "No.")));
  assertEquals(response, "I look.\n\nDone.");
  const [edit, read] = toolCalls as CallDocument[];
  assertEquals(edit, {
    name: "edit",
    args: { path: "a", content: `${"x".repeat(1_000)}…`, edits: edit!.args["edits"], limit: 3 },
    ok: true,
  });
  assertEquals(String(edit!.args["edits"]).length, 1_001);
  assertEquals(read, { name: "read_file", args: {}, ok: false, denied: true });
});
