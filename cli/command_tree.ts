/** The whole tree of commands, for whoever describes it: the docs, and the tests that hold it to what was promised. */
import type { Command } from "@commander-js/extra-typings";
import { families } from "./families.ts";
import { createProgram } from "./program.ts";

export async function loadCommandTree(): Promise<Command<[], { debug?: true }>> {
  const program = createProgram();
  for (const { name, load } of families) {
    const command = program.commands.find((each) => each.name() === name)!;
    (await load())(command as Command);
  }
  return program;
}
