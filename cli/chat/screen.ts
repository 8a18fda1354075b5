/**
 * The screen of a chat: text that stays, and below it the prompt, or a few words on how things stand. What is below
 * is taken away while text is written, so that it leaves nothing behind in what scrolls away.
 */
import { type Editor, emptyEditor, withText } from "./editor.ts";
import { INDENT, layOut, type PromptLayout, rowsTaken } from "./prompt_layout.ts";
import type { Terminal } from "./raw_terminal.ts";
import { paintMark } from "./transcript.ts";
import type { Colors } from "../output/colors.ts";

/** Rows of the screen that a long message leaves free, so that what it answers to stays in sight. */
const FREE_ROWS = 2;
/** Rows for how things stand: a failure and what is done about it takes two. */
const MAX_STATUS_ROWS = 3;
/** Rows for a question with its keys, in a narrow terminal. */
const MAX_QUESTION_ROWS = 8;

/** Where a chat is shown in line mode. */
export interface ChatScreen {
  readonly columns: number;
  readonly hasPrompt: boolean;
  /** Writes text that stays. */
  print(text: string): void;
  /** Writes what was entered at the prompt, where it does not stand already. */
  printEntered(text: string): void;
  showPrompt(editor: Editor): void;
  /** Shows how things stand, or a question; the text above must have ended its line. */
  showStatus(text: string, kind?: "status" | "question"): void;
  /** Takes away what stands below the text. */
  hideBelow(): void;
  clear(): void;
}

export class Screen implements ChatScreen {
  readonly #terminal: Terminal;
  readonly #mark: string;
  readonly #colors: Colors;
  #prompt: PromptLayout | null = null;
  #status: { text: string; rows: string[] } | null = null;

  constructor(terminal: Terminal, colors: Colors) {
    this.#terminal = terminal;
    this.#mark = paintMark(colors);
    this.#colors = colors;
  }

  get columns(): number {
    return this.#terminal.size().columns;
  }

  get hasPrompt(): boolean {
    return this.#prompt !== null;
  }

  /** Writes text that stays. What is shown below makes room; a prompt comes back only below text that ends its line. */
  print(text: string): void {
    if (text === "") return;
    this.#terminal.write(this.#erased() + text);
  }

  printEntered(text: string): void {
    this.print(text);
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

  /** Shows how things stand, or a question, in place of what was below; the text above must have ended its line. */
  showStatus(text: string, kind: "status" | "question" = "status"): void {
    if (text === this.#status?.text) return;
    const erased = this.#erased();
    const maxRows = kind === "status" ? MAX_STATUS_ROWS : MAX_QUESTION_ROWS;
    const paint = kind === "status" ? this.#colors.dim : this.#colors.yellow;
    const { rows } = layOut(withText(emptyEditor([]), text), this.#terminal.size().columns, maxRows);
    this.#terminal.write(erased + rows.map((row) => " ".repeat(INDENT) + paint(row)).join("\n"));
    this.#status = { text, rows };
  }

  /** Takes away what stands below the text. */
  hideBelow(): void {
    const erased = this.#erased();
    if (erased !== "") this.#terminal.write(erased);
  }

  /** Empties the screen, as Ctrl-L asks for; what has scrolled away stays. */
  clear(): void {
    this.#prompt = this.#status = null;
    this.#terminal.write("\x1b[H\x1b[2J");
  }

  /** What takes prompt or status away, with the cursor where it began. */
  #erased(): string {
    const [prompt, status] = [this.#prompt, this.#status];
    this.#prompt = this.#status = null;
    const { columns } = this.#terminal.size();
    const height = (rows: string[]) => rows.reduce((sum, row) => sum + rowsTaken(row, columns), 0);
    if (status) return `\r${cursorUp(height(status.rows) - 1)}\x1b[J`;
    if (!prompt) return "";
    const above = height(prompt.rows.slice(0, prompt.cursorRow));
    return `\r${cursorUp(above + Math.floor(prompt.cursorColumn / columns))}\x1b[J`;
  }
}

function cursorUp(rows: number): string {
  return rows > 0 ? `\x1b[${rows}A` : "";
}

function cursorRight(columns: number): string {
  return columns > 0 ? `\x1b[${columns}C` : "";
}
