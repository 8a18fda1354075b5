/**
 * Writes an answer to standard output as it comes, and beside it lines to standard error. Where both are one terminal,
 * such a line never lands in the middle of a line of the answer.
 */
export interface AnswerOutputOptions {
  /** `false`: the answer is not written, the caller has another use for it. */
  isPrinted: boolean;
  /** Standard output and standard error are the same terminal. */
  sharesTerminal: boolean;
  out(text: string): void;
  err(text: string): void;
}

export class AnswerOutput {
  readonly #options: AnswerOutputOptions;
  /** The end of what stands on standard output, or on the terminal that it shares; empty before anything does. */
  #end = "";
  #needsGap = false;

  constructor(options: AnswerOutputOptions) {
    this.#options = options;
  }

  /** Whether a line of the answer is not ended. */
  get isLineOpen(): boolean {
    return this.#end !== "" && !this.#end.endsWith("\n");
  }

  /** More of the answer. */
  text(text: string): void {
    if (!this.#options.isPrinted || text === "") return;
    const shown = (this.#needsGap ? gapAfter(this.#end) : "") + text;
    this.#needsGap = false;
    this.#end = (this.#end + shown).slice(-2);
    this.#options.out(shown);
  }

  /** What comes next of the answer is a paragraph of its own: a tool was called in between. */
  breakParagraph(): void {
    this.#needsGap = this.#end !== "";
  }

  /** Lines beside the answer; they end with a line feed, or are to be gone on with. */
  aside(text: string): void {
    const { sharesTerminal, err } = this.#options;
    const isInTheWay = sharesTerminal && this.isLineOpen;
    err((isInTheWay ? "\n" : "") + text);
    if (isInTheWay) this.#end = "\n";
  }

  /** Ends the last line. */
  finish(): void {
    if (this.isLineOpen) this.text("\n");
  }
}

/** What makes a paragraph after a text that ends so. */
export function gapAfter(text: string): string {
  return text === "" || text.endsWith("\n\n") ? "" : text.endsWith("\n") ? "\n" : "\n\n";
}
