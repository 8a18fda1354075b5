import type { Command } from "@commander-js/extra-typings";
import { assertEquals } from "@std/assert";
import { createProgram, loadFamily } from "./program.ts";

Deno.test("loadFamily() gives flags such as --no-commit the default that the parser gives them", async () => {
  const program = createProgram();
  let given: Record<string, unknown> = {};
  program.hook("preSubcommand", async (_, command) => {
    await loadFamily(command as Command); // as the program's own hook has done: once is enough
    (command as Command).action(() => void (given = command.opts()));
  });
  await program.parseAsync(["do", "--no-commit", "hi"], { from: "user" });
  assertEquals([given.commit, given.checkpoints], [false, true]);
});
