import type { TurnMode } from "@opta/protocol";
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { chooseMode } from "./choose_mode.ts";

function choose(argument: string): { said: string; mode: TurnMode } {
  const outcome = { said: "", mode: "chat" as TurnMode };
  chooseMode(argument, {
    mode: outcome.mode,
    setMode: (mode) => outcome.mode = mode,
    say: (text) => outcome.said += text,
  });
  return outcome;
}

Deno.test("chooseMode() lists the modes and marks the one in use", () => {
  const { said, mode } = choose("");
  assertStringIncludes(said, "* chat ");
  assertStringIncludes(said, "  plan ");
  assertEquals(mode, "chat");
});

Deno.test("chooseMode() chooses one, and refuses what is none", () => {
  assertEquals(choose("plan").mode, "plan");
  assertThrows(() => choose("pla\x1b[2Jn it"), CliError, `"plan it" is no mode`);
});
