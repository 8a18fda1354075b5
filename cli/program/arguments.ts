/**
 * Puts the command line in the order that the parser knows, `opta COMMAND [flags] …`: flags may also stand before the
 * command or before its sub-command, `help COMMAND` is `COMMAND --help`, and without a command `chat` is meant.
 */
import { families } from "./families.ts";
import { nearest } from "./nearest.ts";

/** Flags before a command that take the next word as their value; `-f` of `opta daemon logs` has none, and stands after it. */
export const valueFlags: ReadonlySet<string> = new Set([
  "-r",
  "--resume",
  "-m",
  "--model",
  "--provider",
  "--device",
  "-f",
  "--format",
  "--add-dir",
  "-o",
  "--output",
  "--max-turns",
  "--mode",
  "--session",
  "--page",
  "--turn",
  "--host",
  "--port",
  "--base-url",
  "-n",
  "--lines",
  "--level",
  "--since",
  "--until",
  "--tag",
  "--limit",
  "--tail",
  "--by",
  "--env",
  "--url",
  "--header",
  "--command",
]);

/** Flags of `opta` itself: with one of these no command is run. */
const ownFlags: ReadonlySet<string> = new Set(["-h", "--help", "-V", "--version"]);

export function normalizeArgs(args: readonly string[]): string[] {
  const start = flagsEnd(args, 0);
  const leading = args.slice(0, start);
  if (leading.some((arg) => ownFlags.has(arg))) return [...args];
  const command = args[start];
  if (command === "help") return [...args.slice(start + 1), "--help"]; // the parser's own shows commands not loaded yet
  if (command === undefined || command === "--") return ["chat", ...args];
  if (isValueOfTypo(command, leading.at(-1))) return ["chat", ...args]; // which says what is wrong with the flag
  // The flags of a command that has sub-commands are theirs.
  const end = hasCommands(command) ? flagsEnd(args, start + 1) : start + 1;
  const sub = hasCommands(command) ? args.slice(end, end + 1).filter((arg) => arg !== "--") : [];
  return [command, ...sub, ...leading, ...args.slice(start + 1, end), ...args.slice(end + sub.length)];
}

/** Whether it is no command, nor meant to be one, but follows what was meant to be a flag with a value. */
function isValueOfTypo(word: string, flag: string | undefined): boolean {
  if (!flag?.startsWith("--") || valueFlags.has(flag) || nearest(flag, [...valueFlags]) === null) return false;
  return nearest(word, families.map(({ name }) => name)) === null;
}

/** Where the flags that begin at `start` have ended. */
function flagsEnd(args: readonly string[], start: number): number {
  let end = start;
  while (isFlag(args[end])) end += takesNext(args[end]!) ? 2 : 1;
  return Math.min(end, args.length);
}

/** As `-f` does, and `-qf`; not `-fjson`, which has its value already. */
function takesNext(flag: string): boolean {
  if (flag.startsWith("--")) return valueFlags.has(flag);
  return [...flag.slice(1)].findIndex((letter) => valueFlags.has(`-${letter}`)) === flag.length - 2;
}

function hasCommands(command: string): boolean {
  return families.some(({ name, hasCommands }) => name === command && hasCommands);
}

function isFlag(arg: string | undefined): boolean {
  return arg !== undefined && arg.length > 1 && arg.startsWith("-") && arg !== "--";
}
