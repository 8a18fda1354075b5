/** The conversation as plain text: finished lines to print, and the one that grows. */
import type { SessionState } from "@opta/protocol";
import type { SessionChange } from "@opta/protocol/client";
import wrapAnsi from "wrap-ansi";
import { Transcript, type TranscriptOptions } from "../../chat/transcript.ts";
import type { PaneSize, PaneView } from "../pane.ts";

export class TextFeed {
  readonly #transcript: Transcript;
  #text: string;

  constructor(options: TranscriptOptions, text: string) {
    this.#text = text;
    this.#transcript = new Transcript(options);
  }

  history(state: SessionState): void {
    this.#text += this.#transcript.history(state);
  }

  change(change: SessionChange, state: SessionState): void {
    this.#text += this.#transcript.change(change, state);
  }

  line(text: string): void {
    this.#text += this.#transcript.line(text);
  }

  remark(text: string): void {
    this.#text += this.#transcript.remark(text);
  }

  takePrinted(): string {
    const end = this.#text.lastIndexOf("\n") + 1;
    const printed = this.#text.slice(0, end);
    this.#text = this.#text.slice(end);
    return printed;
  }

  tail({ columns }: PaneSize): PaneView {
    return { lines: this.#text === "" ? [] : wrapAnsi(this.#text, columns, { hard: true, trim: false }).split("\n") };
  }
}
