import { assertEquals } from "@std/assert";
import { normalizeArgs } from "./arguments.ts";

const cases: [typed: string, meant: string][] = [
  ["", "chat"],
  ["-m qwen", "chat -m qwen"],
  ["--resume abc --plan", "chat --resume abc --plan"],
  ["-- words", "chat -- words"],
  ["do fix it", "do fix it"],
  ["-m qwen do fix it", "do -m qwen fix it"],
  ["--model=qwen -v do fix it", "do --model=qwen -v fix it"],
  ["--debug daemon status", "daemon --debug status"],
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
