import { assertEquals, assertThrows } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { lineFilter, LOG_LEVELS, parseLevel, parseSessionStart } from "./log_filter.ts";

function line(level: string, sessionId?: string): string {
  const facts = sessionId === undefined ? {} : { sessionId };
  return JSON.stringify({ "@timestamp": "2026-01-01T00:00:00Z", level, message: "said", logger: "opta", facts });
}

/** As the log library writes them. */
const written = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];

LOG_LEVELS.forEach((level, rank) => {
  Deno.test(`lineFilter() of level ${level} lets it pass, and what is graver`, () => {
    const isWanted = lineFilter({ level });
    assertEquals(written.filter((name) => isWanted(line(name))), written.slice(rank));
    assertEquals(isWanted(line("UNHEARD_OF")), true);
    assertEquals(isWanted("panicked at src"), false);
  });
});

Deno.test("lineFilter() of a session lets its own lines pass, by the beginning of the id", () => {
  const id = "sess_3f2a9c";
  for (const session of ["sess_3f2a", "3f2a", "sess_3f2a9c", "3"]) {
    assertEquals(lineFilter({ session })(line("INFO", id)), true, session);
  }
  for (const session of ["f2a", "sess_3f2a9c0", "4"]) assertEquals(lineFilter({ session })(line("INFO", id)), false);
  assertEquals(lineFilter({ session: "3" })(line("INFO")), false);
  assertEquals(lineFilter({ session: "3" })("plain text of sess_3f2a9c"), false);
});

Deno.test("lineFilter() holds lines to both when both are given, and to nothing when neither is", () => {
  const both = lineFilter({ level: "warning", session: "ab" });
  assertEquals([both(line("WARN", "sess_ab")), both(line("INFO", "sess_ab")), both(line("WARN"))], [
    true,
    false,
    false,
  ]);
  assertEquals(lineFilter({})("panicked at src"), true);
});

Deno.test("parseLevel() takes the names of the log, in any case", () => {
  assertEquals(["debug", "WARN", "Warning", "ERROR"].map(parseLevel), ["debug", "warning", "warning", "error"]);
});

for (
  const [text, said] of [["waring", "did you mean warning?"], ["eror", "did you mean error?"], [
    "5",
    "must be one of trace, debug",
  ]]
) {
  Deno.test(`parseLevel() refuses ${text}: ${said}`, () => {
    assertEquals(assertThrows(() => parseLevel(text!), CliError, said).exitCode, ExitCode.usage);
  });
}

Deno.test("parseSessionStart() refuses what no id begins with", () => {
  assertEquals(parseSessionStart("sess_3f"), "sess_3f");
  for (const text of ["", "a b", "*", "ü"]) assertThrows(() => parseSessionStart(text), CliError, "--session");
});
