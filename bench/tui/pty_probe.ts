/**
 * A program in a pty, and what it writes there, to the byte and to the moment: how long a key takes until it is painted,
 * how long nothing is painted, and whether the screen or the scrollback was wiped.
 */
import { type IPty, spawn } from "@lydell/node-pty";
import { Buffer } from "node:buffer";
import type { TestTerminalOptions } from "../../tests/support/test_terminal.ts";
import { countNew } from "./count_new.ts";

/** What was written while it was looked at. */
export interface Recording {
  ms: number;
  bytes: number;
  /** Moments at which something was painted, writes of one frame taken together. */
  frames: number[];
  /** The screen as a whole was erased. */
  clears: number;
  /** The scrollback was erased. */
  wipes: number;
}

/** A key that is not painted by then never is. */
const PRESS_LIMIT_MS = 10_000;
/** The longest answer that is waited for takes a minute. */
const PAINT_LIMIT_MS = 120_000;
const START_LIMIT_MS = 60_000;
/** Writes that come within this time are one frame: a program writes it in a few pieces. */
const FRAME_MS = 2;
/** Bytes of the longest sequence that is looked for, less one: it may come in two pieces. */
const TAIL_LENGTH = 16;
/** Letters that nothing else writes, one column wide, each of its own three bytes: Cherokee. */
const FIRST_LETTER = 0x13a0;
const LETTERS = 80;

const BACKSPACE = "\x7f";
/** What raw mode goes together with; before it, the terminal itself would echo. */
const TAKES_PASTES = "\x1b[?2004h";
// deno-lint-ignore no-control-regex -- the sequences of terminals begin with one
const clearings = /\x1b\[2J|\x1bc|\x1b\[(?:1;1)?H\x1b\[0?J/g;
// deno-lint-ignore no-control-regex -- likewise
const wipings = /\x1b\[3J/g;

export class PtyProbe implements AsyncDisposable {
  readonly #pty: IPty;
  readonly #exit = Promise.withResolvers<number>();
  /** Called with what was written, a byte a character, and the end of what was written before. */
  readonly #listeners = new Set<(text: string, tail: string) => void>();
  #tail = "";
  #presses = 0;

  constructor({ command, args, env, cwd, columns = 100, rows = 30 }: TestTerminalOptions) {
    const size = { cols: columns, rows };
    this.#pty = spawn(command, args, { ...size, cwd, env, name: "xterm-256color", encoding: null });
    this.#pty.onData((data: string | Uint8Array) => this.#take(Buffer.from(data).toString("latin1")));
    this.#pty.onExit(({ exitCode }) => this.#exit.resolve(exitCode));
  }

  get pid(): number {
    return this.#pty.pid;
  }

  /** Resolves when the program reads keys itself and paints them. */
  async takesKeys(): Promise<void> {
    await this.#until(TAKES_PASTES, START_LIMIT_MS);
    await this.press();
  }

  /** Types a letter, and takes it back; resolves with the milliseconds until the letter was painted. */
  async press(): Promise<number> {
    const letter = String.fromCodePoint(FIRST_LETTER + this.#presses++ % LETTERS);
    const began = performance.now();
    const painted = this.#until(Buffer.from(letter).toString("latin1"), PRESS_LIMIT_MS);
    this.#pty.write(letter);
    const ms = await painted - began;
    this.#pty.write(BACKSPACE);
    return ms;
  }

  /** Resolves with the moment at which this word was painted. */
  async painted(word: string): Promise<number> {
    return await this.#until(word, PAINT_LIMIT_MS);
  }

  /** Looks at what is written from now on; the function it returns ends that. */
  record(): () => Recording {
    const began = performance.now();
    const recording: Recording = { ms: 0, bytes: 0, frames: [], clears: 0, wipes: 0 };
    const listener = (text: string, tail: string) => {
      const now = performance.now();
      recording.bytes += text.length;
      const last = recording.frames.at(-1);
      if (last === undefined || now - last > FRAME_MS) recording.frames.push(now);
      recording.clears += countNew(clearings, text, tail);
      recording.wipes += countNew(wipings, text, tail);
    };
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      recording.ms = performance.now() - began;
      return recording;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#pty.kill("SIGKILL");
    await this.#exit.promise;
  }

  #take(text: string): void {
    for (const listener of this.#listeners) listener(text, this.#tail);
    this.#tail = (this.#tail + text).slice(-TAIL_LENGTH);
  }

  /** Resolves with the moment at which this was written. */
  #until(wanted: string, limitMs: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const listener = (text: string, tail: string) => {
      if ((tail + text).includes(wanted)) resolve(performance.now());
    };
    const fail = (why: string) => reject(new Error(`${why}. It wrote last: ${JSON.stringify(this.#tail)}`));
    const timer = setTimeout(() => fail(`Never painted: ${JSON.stringify(wanted)}`), limitMs);
    this.#exit.promise.then((code) => fail(`The program ended with exit code ${code}`));
    this.#listeners.add(listener);
    return promise.finally(() => {
      clearTimeout(timer);
      this.#listeners.delete(listener);
    });
  }
}
