/** The whole tree of commands, for whoever describes it: the docs, and the tests that hold it to what was promised. */
import type { Command } from "@commander-js/extra-typings";
import { createProgram, loadFamily } from "./program.ts";

/** A command and the words that it is called by, such as `opta daemon start`. */
export interface NamedCommand {
  path: string;
  command: Command;
}

/** What `--help` prints, in its two halves. */
export interface HelpText {
  /** What the parser knows: usage, arguments, flags and sub-commands. */
  usage: string;
  /** What was added to it: more to know, and examples. */
  after: string[];
}

/** Of a terminal of the usual width. */
const HELP_COLUMNS = 80;

export async function loadCommandTree(): Promise<Command<[], { debug?: true }>> {
  const program = createProgram();
  for (const command of program.commands) await loadFamily(command as Command);
  return program;
}

/** `opta` itself, its commands and their sub-commands, but for those that are hidden. */
export function everyCommand(program: Command<[], { debug?: true }>): NamedCommand[] {
  return [{ path: "opta", command: program as unknown as Command }, ...below("opta", program as unknown as Command)];
}

function below(path: string, command: Command): NamedCommand[] {
  const visible = command.createHelp().visibleCommands(command as never) as readonly unknown[];
  return command.commands.filter((each) => visible.includes(each)).flatMap((each) => {
    const named = { path: `${path} ${each.name()}`, command: each as Command };
    return [named, ...below(named.path, named.command)];
  });
}

export function helpTextOf(command: Command): HelpText {
  const parts: string[] = [];
  command.configureOutput({
    writeOut: (text) => void parts.push(text),
    getOutHelpWidth: () => HELP_COLUMNS,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  const [usage = "", ...after] = parts;
  return { usage, after };
}
