import { Command } from "@commander-js/extra-typings";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { CliError } from "./exit.ts";
import { modeOf, overridesOf, type TurnFlags, withTurnFlags } from "./turn_flags.ts";

function parse(...args: string[]) {
  return withTurnFlags(new Command().exitOverride()).parse(args, { from: "user" }).opts();
}

Deno.test("modeOf() takes the mode that is asked for, and one alone", () => {
  assertEquals(modeOf(parse(), {}, "chat"), "chat");
  assertEquals(modeOf(parse("--review"), { "turn.mode": "plan" }, "do"), "review");
  assertEquals(modeOf(parse(), { "turn.mode": "plan" }, "do"), "plan");
  assertThrows(() => modeOf(parse("--plan", "--research"), {}, "do"), CliError, "--plan and --research");
});

Deno.test("overridesOf() says what differs from usual and nothing else [P5]", () => {
  assertEquals(overridesOf(parse(), true), {});
  assertEquals(overridesOf(parse(), false), { unattended: true });
  assertEquals(overridesOf(parse("-a", "--yolo", "--no-commit", "--no-checkpoints", "--provider", "lmx"), true), {
    auto: true,
    dangerous: true,
    noCommit: true,
    noCheckpoints: true,
    provider: "lmx",
  });
});

Deno.test("overridesOf() says nothing of flags that were not given, also in a command that is defined when it is used", () => {
  let flags: TurnFlags | undefined;
  const program = new Command().hook("preSubcommand", (_, command) => {
    withTurnFlags(command as Command).action((given) => void (flags = given));
  });
  program.command("do");
  program.parse(["do"], { from: "user" });
  assert(flags);
  assertEquals(overridesOf(flags, true), {});
});

Deno.test("--add-dir can be repeated", () => {
  assertEquals(parse("--add-dir", "a", "--add-dir", "b").addDir, ["a", "b"]);
});
