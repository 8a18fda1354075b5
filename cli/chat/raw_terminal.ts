/** The terminal while a chat has it: raw mode, so that keys come one by one, and bracketed paste. */
import { systemClock } from "@opta/protocol/client";
import { writeOut } from "../output/output.ts";
import type { Key } from "./keys.ts";
import { RawMode } from "./raw_mode.ts";
import { readKeys } from "./read_keys.ts";
import { terminalSize } from "./terminal_size.ts";

/** What a chat needs of a terminal. */
export interface Terminal {
  write(text: string): void;
  size(): { columns: number; rows: number };
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
/** A terminal that is gone may also be said to fail. */
const HUNG_UP = { done: true, value: undefined } as const;

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
  keys(): AsyncGenerator<Key[], void> {
    const utf8 = new TextDecoder();
    return readKeys(async () => {
      const { done, value } = await this.#reader.read().catch(() => HUNG_UP);
      return done ? null : utf8.decode(value, { stream: true });
    }, systemClock);
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
    if (Deno.build.os === "windows") return; // stops no programs
    this.#mode.leave();
    Deno.kill(0, "SIGTSTP"); // the whole group, as the terminal does it: a task runner above us must stop, too
    this.#mode.enter();
  }

  [Symbol.dispose](): void {
    this.#mode[Symbol.dispose]();
    this.#reader.cancel().catch(() => {}); // it hung up before
  }
}
