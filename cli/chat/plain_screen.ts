/**
 * The screen of a chat for screen readers and slow lines: text goes downwards only. Nothing is drawn twice, no cursor
 * moves, and the terminal itself edits the line that is typed.
 */
import type { Clock } from "@opta/protocol/client";
import { sanitize } from "../output/sanitize.ts";
import type { Key } from "./keys.ts";
import type { ChatScreen } from "./screen.ts";

/** Milliseconds without a word after which it is the user's turn: between a message and its answer there is no mark. */
const MARK_AFTER_MS = 200;

export interface PlainScreenOptions {
  clock: Pick<Clock, "after">;
  write(text: string): void;
  columns(): number;
  /** What stands before what is typed. */
  mark: string;
}

export class PlainScreen implements ChatScreen {
  readonly #options: PlainScreenOptions;
  #hasPrompt = false;
  /** The mark is the last thing on the screen, perhaps with what is being typed. */
  #isAtMark = false;
  #status = "";
  #callOffMark = () => {};

  constructor(options: PlainScreenOptions) {
    this.#options = options;
  }

  get columns(): number {
    return this.#options.columns();
  }

  get hasPrompt(): boolean {
    return this.#hasPrompt;
  }

  print(text: string): void {
    if (text === "") return;
    this.#callOffMark();
    this.#options.write((this.#isAtMark ? "\n" : "") + text);
    this.#hasPrompt = this.#isAtMark = false;
    this.#status = "";
  }

  /** The terminal has shown it while it was typed. */
  printEntered(): void {
    this.hideBelow();
  }

  showPrompt(): void {
    this.#hasPrompt = true;
    this.#callOffMark();
    if (this.#isAtMark) return;
    this.#callOffMark = this.#options.clock.after(MARK_AFTER_MS, () => {
      this.#isAtMark = true;
      this.#options.write(this.#options.mark);
    });
  }

  /** Once: of the same words with other numbers nobody wants to hear again. */
  showStatus(text: string): void {
    const words = text.replaceAll(/\d+/g, "0");
    if (words === this.#status) return;
    this.print(`  ${text}\n`);
    this.#status = words;
  }

  hideBelow(): void {
    this.#callOffMark();
    this.#hasPrompt = false;
  }

  clear(): void {}

  /** The terminal has ended the line that was typed. */
  endLine(): void {
    this.#isAtMark = false;
  }
}

/** Lines that the terminal has edited, as the keys that they stand for; each text comes alone, as an answer of one key does. */
export async function* keysOfLines(input: ReadableStream<Uint8Array>, onLine: () => void): AsyncGenerator<Key[], void> {
  const utf8 = new TextDecoderStream() as TransformStream<Uint8Array, string>;
  let rest = "";
  for await (const piece of input.pipeThrough(utf8)) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop()!; // a terminal gives whole lines, but for one that Ctrl-D ends
    for (const line of lines) {
      onLine();
      const text = sanitize(line.replace(/\r$/, ""));
      if (text !== "") yield [{ name: "text", text }];
      yield [{ name: "enter" }];
    }
  }
}
