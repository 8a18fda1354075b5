/** The words of a command line, as the script of each shell hands them over. */

export interface Typed {
  before: string[];
  word: string;
}

export function readTyped(shell: string, args: readonly string[]): Typed {
  const words = args[0] === "--" ? args.slice(1) : args;
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? "";
  switch (shell) {
    case "bash": // has words as they are typed
      return { before: before.map(unquote), word: unquote(word) };
    case "fish": // has only the word at the cursor so
      return { before, word: unquote(word) };
    case "powershell": // drops empty arguments, so something stands before the word
      return { before, word: word.replace(/^=/, "") };
    default:
      return { before, word };
  }
}

/**
 * What a word of the shell means, its last quote perhaps still open. Nothing is expanded: a variable or a command
 * substitution stays as it is typed.
 */
export function unquote(source: string): string {
  let text = "";
  let quote = "";
  for (let i = 0; i < source.length; i++) {
    const char = source[i]!;
    if (char === quote) quote = "";
    else if (quote === "" && (char === '"' || char === "'")) quote = char;
    else if (char === "\\" && (quote === "" || (quote === '"' && /[$`"\\]/.test(source[i + 1] ?? "")))) {
      text += source[++i] ?? "";
    } else text += char;
  }
  return text;
}
