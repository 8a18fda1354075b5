import { assertEquals, assertThrows } from "@std/assert";
import { shellCommands } from "./shell_commands.ts";

const lines: [line: string, commands: string[][]][] = [
  ["opta do count to 3", [["opta", "do", "count", "to", "3"]]],
  [`opta do "two words" 'a|b' | jq -r .x`, [["opta", "do", "two words", "a|b"], ["jq", "-r", ".x"]]],
  ["opta a < notes.md && opta b    # why", [["opta", "a"], ["opta", "b"]]],
  [`opta a "$(opta b "c d")" e`, [["opta", "b", "c d"], ["opta", "a", "0a1b2c3d", "e"]]],
  ["opta a > file b", [["opta", "a", "b"]]],
];

for (const [line, commands] of lines) {
  Deno.test(`shellCommands() reads: ${line}`, () => assertEquals(shellCommands(line), commands));
}

Deno.test("shellCommands() refuses a quote that is left open", () => {
  assertThrows(() => shellCommands('opta "a'), Error, "left open");
});
