/** Takes the words of completions from the tree of commands, and the keys of the config with them. */
import type { Argument, CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import { loadCommandTree } from "../program/command_tree.ts";
import { choicesOf, configFields } from "../config/config_keys.ts";
import type { ArgumentWords, CommandWords, CompletionWords, FlagWords, Kind } from "./command_words.ts";
import { kindKey, kinds } from "./kinds.ts";

export interface CollectedWords {
  words: CompletionWords;
  /** What takes a value that has no kind. */
  unknown: string[];
  /** Entries of `kinds` that nothing needs. */
  unused: string[];
}

export async function collectWords(): Promise<CollectedWords> {
  const unknown: string[] = [];
  const used = new Set<string>();

  const kindOf = (command: string, name: string, choices?: readonly string[]): Kind => {
    if (choices) return choices;
    const key = kindKey(command, name);
    if (key === null) unknown.push(`${command} ${name}`.trim());
    else used.add(key);
    return key === null ? "text" : kinds[key]!;
  };

  const describe = (command: CommandUnknownOpts, path: string): CommandWords => ({
    name: command.name(),
    aliases: command.aliases(),
    description: command.description(),
    flags: command.options.map((option) => describeFlag(option, path, kindOf)),
    arguments: command.registeredArguments.map((argument) => describeArgument(argument, path, kindOf)),
    commands: shownCommands(command).map((sub) => describe(sub, `${path} ${sub.name()}`.trim())),
  });

  const opta = describe(await loadCommandTree() as CommandUnknownOpts, "");
  const configKeys = Object.fromEntries(Object.keys(configFields).map((key) => [key, [...choicesOf(key)]]));
  return { words: { opta, configKeys }, unknown, unused: Object.keys(kinds).filter((key) => !used.has(key)) };
}

type KindOf = (command: string, name: string, choices?: readonly string[]) => Kind;

function describeFlag(option: Option, path: string, kindOf: KindOf): FlagWords {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const takesValue = option.required || option.optional;
  return {
    names,
    description: option.description,
    value: takesValue ? kindOf(path, option.long ?? option.flags, option.argChoices) : null,
    isHidden: option.hidden,
  };
}

function describeArgument(argument: Argument, path: string, kindOf: KindOf): ArgumentWords {
  return {
    name: argument.name(),
    kind: kindOf(path, `<${argument.name()}>`, argument.argChoices),
    isVariadic: argument.variadic,
  };
}

/** Those that help lists; the help itself is no command here. */
function shownCommands(command: CommandUnknownOpts): CommandUnknownOpts[] {
  const shown = command.createHelp().visibleCommands(command);
  return command.commands.filter((sub) => shown.includes(sub));
}
