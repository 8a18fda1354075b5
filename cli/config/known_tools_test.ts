import { assertEquals, assertThrows } from "@std/assert";
import { CliError, ExitCode } from "../exit.ts";
import { checkToolRule } from "./known_tools.ts";

Deno.test("checkToolRule() names the tool that is meant, and lets others be", () => {
  for (
    const [key, meant] of [["edit_fil", "edit_file"], ["runcommand: git *", "run_command"], ["web_fech", "web_fetch"]]
  ) {
    const error = assertThrows(
      () => checkToolRule(`permissions.${key}`),
      CliError,
      `did you mean permissions.${meant}?`,
    );
    assertEquals([error.exitCode, error.message.includes("--force")], [ExitCode.usage, true]);
  }
  for (const key of ["edit_file", "run_command: git *", "edit_*", "mcp__memory__read", "mcp__*"]) {
    assertEquals(checkToolRule(`permissions.${key}`), "known", key);
  }
  assertEquals(checkToolRule("permissions.kubernetes"), "unknown", "scripts of other releases go on");
});
