import { Command } from "@commander-js/extra-typings";
import { assertEquals, assertThrows } from "@std/assert";
import { CliError } from "../exit.ts";
import { modeOf, overridesOf, withTurnFlags } from "./turn_flags.ts";

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

Deno.test("--add-dir can be repeated", () => {
  assertEquals(parse("--add-dir", "a", "--add-dir", "b").addDir, ["a", "b"]);
});
