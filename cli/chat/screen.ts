/**
 * The screen of a chat: text that stays, and below it the prompt, which is taken away while text is written and comes
 * back after it.
 */
import type { Editor } from "./editor.ts";
import { INDENT, layOut, type PromptLayout, rowsTaken } from "./prompt_layout.ts";
import type { Terminal } from "./raw_terminal.ts";
import { paintMark } from "./transcript.ts";
import type { Colors } from "../colors.ts";

/** Rows of the screen that a long message leaves free, so that what it answers to stays in sight. */
const FREE_ROWS = 2;

export class Screen {
  readonly #terminal: Terminal;
  readonly #mark: string;
  #prompt: PromptLayout | null = null;

  constructor(terminal: Terminal, colors: Colors) {
    this.#terminal = terminal;
    this.#mark = paintMark(colors);
  }

  get hasPrompt(): boolean {
    return this.#prompt !== null;
  }

  /** Writes text that stays. A prompt that is shown makes room; the text must then end with its line. */
  print(text: string): void {
    if (text === "") return;
    this.#terminal.write(this.#erased() + text);
  }

  /** Shows the prompt, or shows it anew. */
  showPrompt(editor: Editor): void {
    const erased = this.#erased();
    const { columns, rows } = this.#terminal.size();
    const prompt = layOut(editor, columns, Math.max(1, rows - FREE_ROWS));
    const lines = prompt.rows.map((row, i) => (i === 0 ? this.#mark : " ".repeat(INDENT)) + row);
    const up = prompt.rows.length - 1 - prompt.cursorRow;
    this.#terminal.write(`${erased}${lines.join("\n")}\r${cursorUp(up)}${cursorRight(prompt.cursorColumn)}`);
    this.#prompt = prompt;
  }

  hidePrompt(): void {
    const erased = this.#erased();
    if (erased !== "") this.#terminal.write(erased);
  }

  /** Empties the screen, as Ctrl-L asks for; what has scrolled away stays. */
  clear(): void {
    this.#prompt = null;
    this.#terminal.write("\x1b[H\x1b[2J");
  }

  /** What takes the prompt away, with the cursor where it began. */
  #erased(): string {
    const prompt = this.#prompt;
    if (!prompt) return "";
    this.#prompt = null;
    const { columns } = this.#terminal.size();
    const above = prompt.rows.slice(0, prompt.cursorRow).reduce((sum, row) => sum + rowsTaken(row, columns), 0);
    return `\r${cursorUp(above + Math.floor(prompt.cursorColumn / columns))}\x1b[J`;
  }
}

function cursorUp(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function cursorRight(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : "";
}
