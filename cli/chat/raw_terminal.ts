/**
 * The terminal while a chat has it: raw mode, so that keys come one by one, and bracketed paste. However the chat ends,
 * the terminal is as it was before.
 */
import { writeOut } from "../output.ts";
import { type Key, KeyDecoder } from "./keys.ts";

/** What a chat needs of a terminal. */
export interface Terminal {
  write(text: string): void;
  size(): { columns: number; rows: number };
}

const PASTE_ON = "\x1b[?2004h";
const PASTE_OFF = "\x1b[?2004l";
/** Where the size is not known. */
const USUAL_SIZE = { columns: 80, rows: 24 };
/** Ways in which a program ends without coming back here. */
const endings = ["unload", "error", "unhandledrejection"] as const;

export class RawTerminal implements Terminal, Disposable {
  #isRaw = false;
  readonly #reader = Deno.stdin.readable.getReader();

  constructor() {
    this.#enter();
    for (const ending of endings) globalThis.addEventListener(ending, this.#leave);
  }

  write(text: string): void {
    writeOut(text);
  }

  size(): { columns: number; rows: number } {
    try {
      const { columns, rows } = Deno.consoleSize();
      return columns > 0 && rows > 0 ? { columns, rows } : USUAL_SIZE;
    } catch {
      return USUAL_SIZE;
    }
  }

  /** The keys of each read together; ends when the terminal hangs up, or is given back. */
  async *keys(): AsyncGenerator<Key[], void> {
    const decoder = new KeyDecoder();
    const utf8 = new TextDecoder();
    for (let read = await this.#reader.read(); !read.done; read = await this.#reader.read()) {
      yield decoder.push(utf8.decode(read.value, { stream: true }));
    }
  }

  /** Stops this program as Ctrl-Z does, and comes back when it is continued. */
  suspend(): void {
    this.#leave();
    Deno.kill(0, "SIGTSTP"); // the whole group, as the terminal does it: a task runner above us must stop, too
    this.#enter();
  }

  [Symbol.dispose](): void {
    for (const ending of endings) globalThis.removeEventListener(ending, this.#leave);
    this.#leave();
    this.#reader.cancel().catch(() => {}); // it hung up before
  }

  #enter(): void {
    Deno.stdin.setRaw(true);
    this.#isRaw = true;
    this.write(PASTE_ON);
  }

  readonly #leave = (): void => {
    if (!this.#isRaw) return;
    this.#isRaw = false;
    try {
      Deno.stdin.setRaw(false);
      this.write(PASTE_OFF);
    } catch {
      // The terminal is gone: there is nothing to give back.
    }
  };
}
