/**
 * The terminal while the terminal UI has it: raw mode, bracketed paste, and the title of its window, all as they were
 * before however the program ends.
 */
import { RawTerminal } from "../chat/raw_terminal.ts";
import { writeOut } from "../output.ts";
import { sanitizeLine } from "../sanitize.ts";

const PUSH_TITLE = "\x1b[22;0t";
const POP_TITLE = "\x1b[23;0t";
/** For terminals that keep no titles: better none than that of a program which has ended. */
const NO_TITLE = "\x1b]2;\x07";
/** Units of a title that window managers show. */
const MAX_TITLE_LENGTH = 120;

export class TuiTerminal implements Disposable {
  readonly raw: RawTerminal;
  #title = "";
  /** The title of before is on the terminal's stack. */
  #hasPushed = false;

  /** @param takeScreenAway is called before the terminal is given back, however that comes about */
  constructor(takeScreenAway: () => void) {
    this.raw = new RawTerminal({
      onEnter: () => {
        if (!this.#hasPushed) writeOut(PUSH_TITLE);
        this.#hasPushed = true;
        if (this.#title !== "") this.#writeTitle();
      },
      onLeave: () => {
        try {
          takeScreenAway();
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
    this.#writeTitle();
  }

  [Symbol.dispose](): void {
    this.raw[Symbol.dispose]();
  }

  #writeTitle(): void {
    writeOut(`\x1b]2;${this.#title}\x07`);
  }
}
