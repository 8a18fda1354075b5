/**
 * The stream that Ink draws on: the terminal, with each frame as one write, so that nobody sees half of one. Ink brackets
 * a frame in marks of synchronized output; lines that are printed above it join the frame that is drawn below them.
 */
import { Writable } from "node:stream";

const BEGIN = "\x1b[?2026h";
const END = "\x1b[?2026l";

export interface FrameOutputOptions {
  /** Writes to the terminal at once. */
  write(text: string): void;
  size(): { columns: number; rows: number };
}

export class FrameOutput extends Writable {
  readonly isTTY = true;
  /** Of the frame that was drawn last; the app changes them when it draws for another size. */
  columns: number;
  rows: number;
  /** The terminal belongs to somebody else: a frame that is still under way goes nowhere. */
  isMuted = false;
  readonly #write: (text: string) => void;
  /** What has come of a frame that is not complete. */
  #frame: string | null = null;

  constructor({ write, size }: FrameOutputOptions) {
    super({ decodeStrings: false });
    ({ columns: this.columns, rows: this.rows } = size());
    this.#write = write;
  }

  /** Keeps what is written from now on, until Ink ends its next frame. */
  hold(): void {
    this.#frame ??= BEGIN;
  }

  /** Writes what there is of a frame that will not be completed. */
  release(): void {
    if (this.#frame !== null) this.#put(this.#frame + END);
  }

  override _write(chunk: unknown, _encoding: string, done: (error?: Error) => void): void {
    if (!this.isMuted) this.#take(String(chunk));
    done();
  }

  #take(text: string): void {
    if (text === BEGIN) this.hold();
    else if (text === END) this.release();
    else if (this.#frame !== null) this.#frame += text;
    else this.#put(text);
  }

  #put(text: string): void {
    this.#frame = null;
    if (text !== "" && text !== BEGIN + END) this.#write(text);
  }
}
