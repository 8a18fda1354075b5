/**
 * The terminal while the terminal UI has it: raw mode, bracketed paste, and the title of its window, all as they were
 * before however the program ends. When the terminal itself is gone, as a window that was closed, what is written goes
 * nowhere, and the user has left.
 */
import { RawTerminal } from "../chat/raw_terminal.ts";
import { writeOut } from "../output/output.ts";
import { sanitizeLine } from "../output/sanitize.ts";

const PUSH_TITLE = "\x1b[22;0t";
const POP_TITLE = "\x1b[23;0t";
/** For terminals that keep no titles: better none than that of a program which has ended. */
const NO_TITLE = "\x1b]2;\x07";
/** Units of a title that window managers show. */
const MAX_TITLE_LENGTH = 120;

export interface TuiTerminalOptions {
  /** The terminal is given back, however that comes about. */
  takeScreenAway(): void;
  /** The terminal is gone. Called once. */
  onGone(): void;
}

export class TuiTerminal implements Disposable {
  readonly raw: RawTerminal;
  readonly #options: TuiTerminalOptions;
  #title = "";
  /** The title of before is on the terminal's stack. */
  #hasPushed = false;
  #isGone = false;

  constructor(options: TuiTerminalOptions) {
    this.#options = options;
    this.raw = new RawTerminal({
      onEnter: () => {
        if (!this.#hasPushed) writeOut(PUSH_TITLE);
        this.#hasPushed = true;
        if (this.#title !== "") writeOut(titled(this.#title));
      },
      onLeave: () => {
        try {
          options.takeScreenAway();
        } finally {
          this.#hasPushed = false;
          writeOut(NO_TITLE + POP_TITLE);
        }
      },
    });
  }

  set title(text: string) {
    const title = sanitizeLine(text).slice(0, MAX_TITLE_LENGTH);
    if (title === this.#title) return;
    this.#title = title;
    this.write(titled(title));
  }

  write(text: string): void {
    this.#whileThere(() => writeOut(text));
  }

  /** Takes the terminal, also when it has it already. */
  take(): void {
    this.#whileThere(() => this.raw.take());
  }

  /** Stops this program as Ctrl-Z does, and comes back when it is continued. */
  suspend(): void {
    this.#whileThere(() => this.raw.suspend());
  }

  [Symbol.dispose](): void {
    this.raw[Symbol.dispose]();
  }

  #whileThere(work: () => void): void {
    if (this.#isGone) return;
    try {
      work();
    } catch { // of a terminal this says one thing only: it has hung up
      this.#isGone = true;
      this.#options.onGone();
    }
  }
}

function titled(title: string): string {
  return `\x1b]2;${title}\x07`;
}
