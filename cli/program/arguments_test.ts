import { assertEquals } from "@std/assert";
import { normalizeArgs, valueFlags } from "./arguments.ts";
import { loadCommandTree } from "./command_tree.ts";
import { families } from "./families.ts";

const cases: [typed: string, meant: string][] = [
  ["", "chat"],
  ["-m qwen", "chat -m qwen"],
  ["--resume abc --plan", "chat --resume abc --plan"],
  ["-- words", "chat -- words"],
  ["do fix it", "do fix it"],
  ["-m qwen do fix it", "do -m qwen fix it"],
  ["--model=qwen -v do fix it", "do --model=qwen -v fix it"],
  ["-qf json do fix it", "do -qf json fix it"],
  ["-fjson do fix it", "do -fjson fix it"],
  ["-v do fix it", "do -v fix it"],
  ["--debug daemon status", "daemon status --debug"],
  ["--json daemon --device mac:1 status -v", "daemon status --json --device mac:1 -v"],
  ["daemon --json", "daemon --json"],
  ["daemon --json -- status", "daemon --json -- status"],
  ["do -q fix it", "do -q fix it"],
  ["daemon --help", "daemon --help"],
  ["-m qwen --help", "-m qwen --help"],
  ["--version", "--version"],
  ["help", "--help"],
  ["help daemon start", "daemon start --help"],
  ["-m", "chat -m"],
];

for (const [typed, meant] of cases) {
  Deno.test(`normalizeArgs() takes "opta ${typed}" for "opta ${meant}"`, () => {
    assertEquals(normalizeArgs(typed.split(" ").filter(Boolean)).join(" "), meant);
  });
}

Deno.test("normalizeArgs() knows which commands have sub-commands, and which flags a value", async () => {
  const { commands } = await loadCommandTree();
  const parents = commands.filter((command) => command.commands.length > 0).map((command) => command.name());
  assertEquals(families.flatMap(({ name, hasCommands }) => hasCommands ? [name] : []), parents);
  const options = [...commands, ...commands.flatMap((command) => command.commands)].flatMap(({ options }) => options);
  const flags = options.filter(({ required }) => required).flatMap(({ short, long }) => [short, long]);
  assertEquals(valueFlags, new Set(flags.filter((flag) => flag !== undefined)));
});
