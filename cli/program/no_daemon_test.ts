import { assertEquals, assertThrows } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { isWithoutDaemon } from "./no_daemon.ts";

Deno.test("isWithoutDaemon() goes by the flag, and without it by a yes or no of the variable", () => {
  assertEquals(isWithoutDaemon({ daemon: false }, { OPTA_NO_DAEMON: "0" }), true);
  for (const yes of ["1", "true", "yes", "YES"]) assertEquals(isWithoutDaemon({}, { OPTA_NO_DAEMON: yes }), true, yes);
  for (const no of [undefined, "", "0", "false", "No"]) {
    assertEquals(isWithoutDaemon({ daemon: true }, { OPTA_NO_DAEMON: no }), false, no);
  }
  const error = assertThrows(() => isWithoutDaemon({}, { OPTA_NO_DAEMON: "2" }), CliError, 'OPTA_NO_DAEMON is "2"');
  assertEquals(error.exitCode, ExitCode.usage);
});
