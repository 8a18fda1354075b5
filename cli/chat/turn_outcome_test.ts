import { assertEquals } from "@std/assert";
import { ExitCode } from "../exit.ts";
import { play, stats as figures, turn } from "./testing/session_script.ts";
import { documentOf, exitCodeOf, problemOf } from "./turn_outcome.ts";

const { turnId, queued, start, text, thinking, done, error } = turn(1);
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
  const answered = { response: "Hi", finishReason: "stop", stats: figures, model: "test-model", provider: "lmx" };
  assertEquals(documentOf("s", ended(start(), text("H\x1b[1mi"), done())), { sessionId: "s", turnId, ...answered });
  const failure = { error: { code: "interrupted", message: "Stopped." } };
  assertEquals(documentOf("s", ended(start(), error("interrupted", "Stopped."))), {
    ...failure,
    sessionId: "s",
    turnId,
  });
});
