/**
 * A shell command line taken apart far enough to see which programs it starts. This is no shell: nothing is expanded, and
 * what cannot be known before it runs is marked as such. It goes once over the text, and twice over what is in brackets.
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

/** What stands for a `<(…)` among the words. */
export const PROCESS_SUBSTITUTION = "<(…)";

export function shellWords(text: string): ShellLine {
  return new Scanner(text).scan();
}

/** These end a command; the brackets of groups, subshells and functions do, too. */
const ENDS = new Set([";", "&", "|", "\n", "(", ")"]);

class Scanner {
  readonly #text: string;
  readonly #line: ShellLine = { commands: [], nested: [] };
  #at = 0;
  #command: SimpleCommand = { words: [], overwrites: [], isPiped: false };
  #word: Word | null = null;
  /** The next word is a file that is written over. */
  #isTarget = false;

  constructor(text: string) {
    this.#text = text;
  }

  scan(): ShellLine {
    while (this.#at < this.#text.length) this.#step(this.#text[this.#at] ?? "", this.#text[this.#at + 1] ?? "");
    this.#endCommand(false);
    return this.#line;
  }

  #step(char: string, next: string): void {
    if (char === "\\") {
      if (next !== "\n") this.#add(next);
      this.#at += 2;
    } else if (char === "'") this.#add(this.#until("'"));
    else if (char === '"') this.#doubleQuoted();
    else if (char === "`" || char === "$") this.#substitute();
    else if (char === "#" && this.#word === null) this.#until("\n");
    else if ((char === "<" || char === ">") && next === "(") {
      this.#at += 2;
      this.#line.nested.push(this.#bracketed());
      this.#add(PROCESS_SUBSTITUTION);
    } else if (char === ">") this.#redirect();
    else if (char === "<" || /[ \t\r]/.test(char) || (char === "&" && next === ">")) {
      this.#endWord();
      this.#at++;
    } else if (ENDS.has(char)) {
      this.#endCommand(char === "|" && next !== "|");
      this.#at += next === char || (char === "|" && next === "&") ? 2 : 1;
    } else {
      this.#add(char);
      this.#at++;
    }
  }

  #add(piece: string): void {
    this.#word ??= { text: "", isDynamic: false };
    this.#word.text += piece;
  }

  #endWord(): void {
    if (this.#word === null) return;
    (this.#isTarget ? this.#command.overwrites : this.#command.words).push(this.#word);
    this.#isTarget = false;
    this.#word = null;
  }

  #endCommand(isPiped: boolean): void {
    this.#endWord();
    const { words, overwrites } = this.#command;
    if (words.length > 0 || overwrites.length > 0) this.#line.commands.push(this.#command);
    this.#command = { words: [], overwrites: [], isPiped };
    this.#isTarget = false;
  }

  /** At a mark: the text up to the next one like `end`, and behind it. */
  #until(end: string): string {
    const begin = this.#at + 1;
    const found = this.#text.indexOf(end, begin);
    const stop = found < 0 ? this.#text.length : found;
    this.#at = end === "\n" ? stop : stop + 1; // a line's end ends a command as well
    return this.#text.slice(begin, stop);
  }

  #doubleQuoted(): void {
    this.#add("");
    for (this.#at++; this.#at < this.#text.length && this.#text[this.#at] !== '"';) {
      const char = this.#text[this.#at] ?? "";
      if (char === "`" || char === "$") this.#substitute();
      else {
        if (char === "\\") this.#at++;
        this.#add(this.#text[this.#at++] ?? "");
      }
    }
    this.#at++;
  }

  /** At a `$` or a backtick: what it stands for is not known, but a command within it is looked at. */
  #substitute(): void {
    this.#word = { text: this.#word?.text ?? "", isDynamic: true };
    if (this.#text[this.#at] === "`") this.#line.nested.push(this.#until("`"));
    else if (this.#text[this.#at + 1] === "(") {
      this.#at += 2;
      this.#line.nested.push(this.#bracketed());
    } else this.#at++;
  }

  /** The text up to the bracket that closes, with the brackets in it; those in quotes do not count. */
  #bracketed(): string {
    const begin = this.#at;
    let depth = 1;
    let quote = "";
    for (; this.#at < this.#text.length; this.#at++) {
      const char = this.#text[this.#at] ?? "";
      if (char === "\\" && quote !== "'") this.#at++;
      else if (quote !== "") quote = char === quote ? "" : quote;
      else if (char === "'" || char === '"') quote = char;
      else if (char === "(") depth++;
      else if (char === ")" && --depth === 0) break;
    }
    return this.#text.slice(begin, this.#at++);
  }

  /** At a `>`: a number before it is a stream, `>&2` names one, `>>` adds to a file. */
  #redirect(): void {
    if (this.#word && /^\d+$/.test(this.#word.text)) this.#word = null;
    this.#endWord();
    const [mark = ">"] = /^>(?:&\d|&-|[>|&])?/.exec(this.#text.slice(this.#at, this.#at + 3)) ?? [];
    this.#at += mark.length;
    this.#isTarget = mark === ">" || mark === ">|" || mark === ">&";
  }
}
