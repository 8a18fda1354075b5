/** Walks the whole tree: what its help must say, and that its examples are what the parser takes. */
import { assert, assertEquals } from "@std/assert";
import { normalizeArgs } from "./arguments.ts";
import { everyCommand, helpTextOf, loadCommandTree } from "./command_tree.ts";
import { shellCommands } from "../testing/shell_commands.ts";

const program = await loadCommandTree();

for (const { path, command } of everyCommand(program)) {
  Deno.test(`${path} --help says what it does, and what each flag and argument means`, () => {
    assert(command.description() !== "", `${path} has no description`);
    const { options, registeredArguments } = command;
    const silent = options.filter((option) => !option.description);
    assertEquals(silent.map(({ flags }) => flags), [], "flags without a description");
    const unsaid = registeredArguments.filter(({ description }) => !description);
    assertEquals(unsaid.map((argument) => argument.name()), [], "arguments without a description");
  });

  Deno.test(`${path} --help fits a terminal of 80 columns`, () => {
    const { usage, after } = helpTextOf(command);
    assertEquals([usage, ...after].join("\n").split("\n").filter((line) => line.length > 80), []);
  });

  Deno.test(`${path} --help ends with examples of it, which the parser takes`, async () => {
    const lines = examplesOf(helpTextOf(command).after);
    assert(lines.length > 0, `${path} has no example: addHelpText("after", examples("${path} …"))`);
    const called: string[] = [];
    for (const line of lines) {
      assert(line.startsWith("opta "), `an example does not begin with opta: ${line}`);
      for (const [name, ...args] of shellCommands(line)) if (name === "opta") called.push(await parse(args));
    }
    assert(called.some((each) => each === path || each.startsWith(`${path} `)), `no example shows ${path}`);
  });
}

function examplesOf(parts: string[]): string[] {
  const [, text = ""] = parts.join("").match(/\nExamples?:\n([^]*)$/) ?? [];
  return text.split("\n").filter(Boolean).map((line) => line.slice(2));
}

/** The path of the command that the parser would run. @throws {CommanderError} when it is wrong usage */
async function parse(args: string[]): Promise<string> {
  let called = "";
  for (const { path, command } of everyCommand(program)) {
    const runs = command.commands.length === 0 || command.registeredArguments.length > 0;
    if (runs) command.action(() => void (called = path));
  }
  await program.parseAsync(normalizeArgs(args), { from: "user" });
  return called;
}
