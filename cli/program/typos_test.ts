/** Every command and every flag, with its last letter left out: the refusal names what was meant. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { normalizeArgs } from "./arguments.ts";
import { everyCommand, loadCommandTree } from "./command_tree.ts";

/** Below this nothing is left to guess by. */
const MIN_LENGTH = 3;

/** These take what they do not know for words of their own. */
const TAKES_ANY_FLAG = ["opta mcp add", "opta sessions tag"];

const program = await loadCommandTree();
const commands = everyCommand(program);
for (const { command } of commands) command.configureOutput({ outputError: () => {} });

for (const { path, command } of commands.slice(1)) {
  const words = path.split(" ").slice(1);
  const { options } = command;

  if (command.name().length >= MIN_LENGTH) {
    Deno.test(`${path.slice(0, -1)} is wrong usage that names ${command.name()}`, async () => {
      const typed = words.with(-1, command.name().slice(0, -1));
      assertStringIncludes(await refusalOf(typed), command.name());
      assertStringIncludes(await refusalOf([...typed, "--help"]), command.name());
    });
  }

  if (options.length > 0 && !TAKES_ANY_FLAG.includes(path)) {
    Deno.test(`a mistyped flag of ${path} is wrong usage that names the flag`, async () => {
      const flags = options.filter((option) => !option.hidden).map(({ long }) => long!);
      for (const flag of flags.filter(({ length }) => length >= "--".length + MIN_LENGTH)) {
        const typed = flag.slice(0, -1);
        if (!flags.includes(typed)) assertStringIncludes(await refusalOf([...words, typed]), flag); // --mode is no typo
      }
    });
  }

  for (const { long, argChoices } of options.filter((option) => option.argChoices)) {
    Deno.test(`${path} ${long} names its choices when it is given another`, async () => {
      const refusal = await refusalOf([...words, long!, `${argChoices![0]}x`]);
      for (const choice of argChoices!) assertStringIncludes(refusal, choice);
    });
  }
}

Deno.test("a command that takes any flag is one that the parser is told of", () => {
  assertEquals(TAKES_ANY_FLAG.filter((path) => !commands.some((each) => each.path === path)), []);
});

/** What is said, in one line, of what the parser does not take. Nothing is run: it is refused before. */
async function refusalOf(args: string[]): Promise<string> {
  const { message } = await assertRejects(() => program.parseAsync(normalizeArgs(args), { from: "user" }), Error);
  assert(message !== "(outputHelp)", `help is printed for: opta ${args.join(" ")}`);
  return message;
}
