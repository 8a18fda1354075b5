/**
 * Where the cursor is in the grammar of the command line: which commands, flags or values could stand there. Pure; it
 * knows words alone, not what is behind them.
 */
import type { CommandWords, FlagWords, Kind } from "./command_words.ts";

export interface Place {
  commands: readonly CommandWords[];
  flags: readonly FlagWords[];
  /** Of the value that may stand here; `null` when none may. */
  kind: Kind | null;
  /** The arguments before this one. */
  args: readonly string[];
  /** The part of the word that stays as it is: `--format=`. */
  prefix: string;
  /** The part to complete. */
  typed: string;
}

const HELP: FlagWords = { names: ["-h", "--help"], description: "show what it takes", value: null, isHidden: false };
/** Runs `chat` when no command is named, so its flags may stand there. */
const USUAL_COMMAND = "chat";

/** @param before the words between `opta` and the one at the cursor */
export function findPlace(opta: CommandWords, before: readonly string[], word: string): Place {
  let command = opta;
  let isAskingHelp = false;
  let hasEndedFlags = false;
  let waiting: FlagWords | null = null;
  const args: string[] = [];
  const given = new Set<FlagWords>();

  for (const each of before) {
    if (waiting) {
      waiting = null;
    } else if (!hasEndedFlags && each === "--") {
      hasEndedFlags = true;
    } else if (!hasEndedFlags && isFlag(each)) {
      const found = findFlags(flagsOf(command, opta), each);
      found.flags.forEach((flag) => given.add(flag));
      waiting = found.waiting;
    } else if (command === opta && args.length === 0 && each === "help" && !isAskingHelp) {
      isAskingHelp = true;
    } else {
      const sub = args.length === 0 ? subCommand(command, each) : null;
      if (sub) command = sub;
      else args.push(each);
    }
  }

  const nothing: Place = { commands: [], flags: [], kind: null, args, prefix: "", typed: word };
  if (isAskingHelp) return args.length === 0 ? { ...nothing, commands: command.commands } : nothing;
  if (waiting) return { ...nothing, kind: waiting.value };
  const flags = flagsOf(command, opta);
  if (!hasEndedFlags && word.startsWith("-")) {
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    if (equals < 0) return { ...nothing, flags: flags.filter((flag) => mayCome(flag, given)) };
    const { waiting: flag } = findFlags(flags, word.slice(0, equals));
    return { ...nothing, kind: flag?.value ?? null, prefix: word.slice(0, equals + 1), typed: word.slice(equals + 1) };
  }
  const argument = command.arguments[args.length] ?? command.arguments.findLast(({ isVariadic }) => isVariadic);
  return {
    ...nothing,
    commands: args.length === 0 ? command.commands : [],
    flags: !hasEndedFlags && word === "" ? flags.filter((flag) => mayCome(flag, given)) : [],
    kind: argument?.kind ?? null,
  };
}

function flagsOf(command: CommandWords, opta: CommandWords): FlagWords[] {
  const own = command === opta ? subCommand(opta, USUAL_COMMAND)?.flags ?? [] : command.flags;
  const ofOpta = command === opta ? opta.flags : opta.flags.filter(({ names }) => !names.includes("--version"));
  const all = [...own, ...ofOpta, HELP];
  return all.filter(({ names }, i) => all.findIndex((other) => other.names.some((name) => names.includes(name))) === i);
}

function subCommand(command: CommandWords, word: string): CommandWords | null {
  return command.commands.find(({ name, aliases }) => name === word || aliases.includes(word)) ?? null;
}

function isFlag(word: string): boolean {
  return word.length > 1 && word.startsWith("-");
}

/** The flags in a word, `--plan` or `-qf`, and the one of them whose value is the next word. */
function findFlags(flags: readonly FlagWords[], word: string): { flags: FlagWords[]; waiting: FlagWords | null } {
  const named = (name: string) => flags.find(({ names }) => names.includes(name));
  const found: FlagWords[] = [];
  if (word.startsWith("--")) {
    const [name = word] = word.split("=", 1);
    const flag = named(name);
    return { flags: flag ? [flag] : [], waiting: flag?.value && name === word ? flag : null };
  }
  for (let i = 1; i < word.length; i++) {
    const flag = named(`-${word[i]}`);
    if (!flag) break;
    found.push(flag);
    if (flag.value) return { flags: found, waiting: i === word.length - 1 ? flag : null }; // the rest is its value
  }
  return { flags: found, waiting: null };
}

/** One with a value may come again. */
function mayCome(flag: FlagWords, given: ReadonlySet<FlagWords>): boolean {
  return !flag.isHidden && (flag.value !== null || !given.has(flag));
}
