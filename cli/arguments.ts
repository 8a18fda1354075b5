/**
 * Puts the command line in the order that the parser knows, `opta COMMAND [flags] …`: flags may also stand before the
 * command, `help COMMAND` is `COMMAND --help`, and without a command `chat` is meant.
 */

/** Flags before the command that take the next word as their value. */
const valueFlags: ReadonlySet<string> = new Set([
  "-r",
  "--resume",
  "-m",
  "--model",
  "--provider",
  "--device",
  "-f",
  "--format",
  "--add-dir",
]);

/** Flags of `opta` itself: with one of these no command is run. */
const ownFlags: ReadonlySet<string> = new Set(["-h", "--help", "-V", "--version"]);

export function normalizeArgs(args: readonly string[]): string[] {
  let start = 0;
  while (isFlag(args[start])) start += valueFlags.has(args[start]!) ? 2 : 1;
  const leading = args.slice(0, start);
  if (leading.some((arg) => ownFlags.has(arg))) return [...args];
  const command = args[start];
  if (command === "help") return [...args.slice(start + 1), "--help"]; // the parser's own shows commands not loaded yet
  return command === undefined || command === "--"
    ? ["chat", ...args]
    : [command, ...leading, ...args.slice(start + 1)];
}

function isFlag(arg: string | undefined): boolean {
  return arg !== undefined && arg.length > 1 && arg.startsWith("-") && arg !== "--";
}
