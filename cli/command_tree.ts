/** The whole tree of commands, for whoever describes it: the docs, and the tests that hold it to what was promised. */
import type { Command } from "@commander-js/extra-typings";
import { createProgram, loadFamily } from "./program.ts";

export async function loadCommandTree(): Promise<Command<[], { debug?: true }>> {
  const program = createProgram();
  for (const command of program.commands) await loadFamily(command as Command);
  return program;
}
