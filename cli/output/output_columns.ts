import { terminalSize } from "../chat/terminal_size.ts";

/** How wide standard output is: a terminal's columns, and for a pipe or a file no limit. */
export function outputColumns(): number {
  return Deno.stdout.isTerminal() ? terminalSize().columns : Infinity;
}
