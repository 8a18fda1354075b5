/**
 * A shell command line taken apart far enough to see which programs it starts. This is no shell: nothing is expanded, and
 * what cannot be known before it runs is marked as such. Linear in the length of the text.
 */

export interface Word {
  /** Without its quotes. */
  text: string;
  /** Holds a variable or the output of a command: its text is only part of what it will be. */
  isDynamic: boolean;
}

export interface SimpleCommand {
  words: Word[];
  /** Files that it writes over with `>`, `>|` or `&>`. */
  overwrites: Word[];
  /** It reads what another command writes. */
  isPiped: boolean;
}

export interface ShellLine {
  commands: SimpleCommand[];
  /** The texts within `$(…)`, `<(…)` and backticks, to be taken apart in turn. */
  nested: string[];
}

/** These end a command; the brackets of groups, subshells and functions do, too. */
const ENDS = new Set([";", "&", "|", "\n", "(", ")"]);

export function shellWords(text: string): ShellLine {
  const line: ShellLine = { commands: [], nested: [] };
  let command: SimpleCommand = { words: [], overwrites: [], isPiped: false };
  let word: Word | null = null;
  let isTarget = false;
  let at = 0;

  const add = (piece: string) => {
    word ??= { text: "", isDynamic: false };
    word.text += piece;
  };
  const endWord = () => {
    if (word) (isTarget ? command.overwrites : command.words).push(word);
    if (word) isTarget = false;
    word = null;
  };
  const endCommand = (isPiped: boolean) => {
    endWord();
    if (command.words.length > 0 || command.overwrites.length > 0) line.commands.push(command);
    command = { words: [], overwrites: [], isPiped };
    isTarget = false;
  };
  /** The text up to the bracket that closes, with the brackets in it; quotes are passed over. */
  const bracketed = (): string => {
    const begin = at;
    let depth = 1;
    let quote = "";
    for (; at < text.length; at++) {
      const char = text[at];
      if (char === "\\" && quote !== "'") at++;
      else if (quote !== "") quote = char === quote ? "" : quote;
      else if (char === "'" || char === '"') quote = char;
      else if (char === "(") depth++;
      else if (char === ")" && --depth === 0) break;
    }
    return text.slice(begin, at++);
  };
  /** At a `$` or a backtick: takes what it stands for. */
  const substitute = () => {
    word ??= { text: "", isDynamic: false };
    word.isDynamic = true;
    if (text[at] === "`") {
      const end = text.indexOf("`", at + 1);
      line.nested.push(text.slice(at + 1, end < 0 ? text.length : end));
      at = end < 0 ? text.length : end + 1;
    } else if (text[at + 1] === "(") {
      at += 2;
      line.nested.push(bracketed());
    } else at++;
  };
  const doubleQuoted = () => {
    word ??= { text: "", isDynamic: false };
    for (at++; at < text.length && text[at] !== '"';) {
      if (text[at] === "\\") {
        add(text[at + 1] ?? "");
        at += 2;
      } else if (text[at] === "`" || text[at] === "$") substitute();
      else add(text[at++] ?? "");
    }
    at++;
  };

  while (at < text.length) {
    const char = text[at] ?? "";
    const next = text[at + 1];
    if (char === "\\") {
      if (next !== "\n") add(next ?? "");
      at += 2;
    } else if (char === "'") {
      const end = text.indexOf("'", at + 1);
      add(text.slice(at + 1, end < 0 ? text.length : end));
      at = end < 0 ? text.length : end + 1;
    } else if (char === '"') doubleQuoted();
    else if (char === "`" || char === "$") substitute();
    else if (char === "#" && word === null) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if ((char === "<" || char === ">") && next === "(") {
      at += 2;
      line.nested.push(bracketed());
      add(`${char}(…)`);
      endWord();
    } else if (char === ">") {
      endRedirection();
    } else if (char === "&" && next === ">") {
      endWord();
      at++;
    } else if (char === "<") {
      endWord();
      at++;
    } else if (ENDS.has(char)) {
      endCommand(char === "|" && next !== "|");
      at += next === char ? 2 : 1;
      if (char === "|" && next === "&") at++;
    } else if (/\s/.test(char)) {
      endWord();
      at++;
    } else {
      add(char);
      at++;
    }
  }
  endCommand(false);
  return line;

  /** At a `>`: a number before it is a stream, `>&2` names one, `>>` adds to a file. */
  function endRedirection() {
    if (word && /^\d+$/.test(word.text)) word = null;
    endWord();
    const rest = text.slice(at, at + 3);
    at += rest.startsWith(">>") || rest.startsWith(">|") ? 2 : 1;
    if (/^>&(?:\d|-)/.test(rest)) at += 2;
    else isTarget = !rest.startsWith(">>");
  }
}
