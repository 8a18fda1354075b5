/** The commands of a line as a shell reads it, as far as examples go: quotes, pipes, `&&`, `<`, `>`, `#` and `$(…)`. */

interface Parsed {
  commands: string[][];
  /** Where it ended: at the end of the line, or at the `)` of a substitution. */
  end: number;
}

/** What stands for the output of a command that was substituted. */
const OUTPUT = "0a1b2c3d";

export function shellCommands(line: string): string[][] {
  return parse(line, 0).commands;
}

function parse(line: string, start: number): Parsed {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | null = null;
  let isFile = false;
  let quote = "";
  const endWord = () => {
    if (word !== null && !isFile) words.push(word);
    if (word !== null) isFile = false;
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  let at = start;
  for (; at < line.length; at++) {
    const char = line[at]!;
    if (line.startsWith("$(", at) && quote !== "'") {
      const inner = parse(line, at + 2);
      commands.push(...inner.commands);
      word = (word ?? "") + OUTPUT;
      at = inner.end;
    } else if (quote !== "") {
      if (char === quote) quote = "";
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (char === ")" || (char === "#" && word === null)) break;
    else if (/[|&;]/.test(char)) endCommand();
    else if (/[<>]/.test(char)) {
      endWord();
      isFile = true;
    } else if (/\s/.test(char)) endWord();
    else word = (word ?? "") + char;
  }
  endCommand();
  if (quote !== "") throw new Error(`A quote is left open: ${line}`);
  return { commands, end: at };
}
