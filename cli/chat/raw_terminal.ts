/** The terminal while a chat has it: raw mode, so that keys come one by one, and bracketed paste. */
import { writeOut } from "../output.ts";
import { type Key, KeyDecoder } from "./keys.ts";
import { RawMode } from "./raw_mode.ts";
import { terminalSize } from "./terminal_size.ts";

/** What a chat needs of a terminal. */
export interface Terminal {
  write(text: string): void;
  size(): { columns: number; rows: number };
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
/** Milliseconds after which an Escape is a key, and not the beginning of one: what a slow line may put between the two. */
const ESCAPE_WAIT_MS = 50;

export interface RawTerminalOptions {
  /** What else the terminal is told when it is taken, and when it is given back, also by a program that breaks down. */
  onEnter?(): void;
  onLeave?(): void;
}

export class RawTerminal implements Terminal, Disposable {
  readonly #mode: RawMode;
  readonly #reader = Deno.stdin.readable.getReader();

  constructor({ onEnter, onLeave }: RawTerminalOptions = {}) {
    this.#mode = new RawMode({
      keepsSignals: false,
      onEnter: () => {
        this.write(PASTE_ON);
        onEnter?.();
      },
      onLeave: () => {
        onLeave?.();
        this.write(PASTE_OFF);
      },
    });
    this.#mode.enter();
  }

  write(text: string): void {
    writeOut(text);
  }

  size(): { columns: number; rows: number } {
    return terminalSize();
  }

  /** The keys of each read together; ends when the terminal hangs up, or is given back. */
  async *keys(): AsyncGenerator<Key[], void> {
    const decoder = new KeyDecoder();
    const utf8 = new TextDecoder();
    while (true) {
      const reading = this.#reader.read();
      if (decoder.isWaiting && !await settlesWithin(ESCAPE_WAIT_MS, reading)) yield decoder.flush();
      const { done, value } = await reading;
      if (done) return;
      yield decoder.push(utf8.decode(value, { stream: true }));
    }
  }

  /** Takes the terminal, also when it has it already: after a stop the shell has had it. */
  take(): void {
    this.#mode.enter();
  }

  /** Gives the terminal away, to be taken again. */
  giveAway(): void {
    this.#mode.leave();
  }

  /** Stops this program as Ctrl-Z does, and comes back when it is continued. */
  suspend(): void {
    this.#mode.leave();
    Deno.kill(0, "SIGTSTP"); // the whole group, as the terminal does it: a task runner above us must stop, too
    this.#mode.enter();
  }

  [Symbol.dispose](): void {
    this.#mode[Symbol.dispose]();
    this.#reader.cancel().catch(() => {}); // it hung up before
  }
}

async function settlesWithin(ms: number, work: Promise<unknown>): Promise<boolean> {
  const { promise: late, resolve } = Promise.withResolvers<false>();
  const timer = setTimeout(() => resolve(false), ms);
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
